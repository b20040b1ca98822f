"""What the chain's REST sends. Shapes differ by version: v7 and v9 tell a number, v10 labelled ones."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TypeVar

import msgspec
from msgspec import Struct

from trimtab.adapters.allora.errors import NotUnderstoodError
from trimtab.adapters.allora.figures import decimal_of, whole_of
from trimtab.adapters.allora.intervals import Interval, interval_of
from trimtab.domain.units import SECOND, Micros

VERSIONS = ("v10", "v9", "v7")
"""Newest first."""

ONLY_LABEL = "y"
"""The label of a topic that forecasts one number."""

T = TypeVar("T")


class LabelledValue(Struct, frozen=True):
    """v10: one for each label of a classification, else one."""

    value: str
    label_name: str = ONLY_LABEL
    label_id: int | str = 1


class ReputerNonce(Struct, frozen=True):
    """v7 and v9."""

    block_height: int | str


class ReputerRequestNonce(Struct, frozen=True):
    """v7 and v9."""

    reputer_nonce: ReputerNonce | None = None


class ValueBundle(Struct, frozen=True):
    """What all workers together say; what each says is not read."""

    topic_id: int | str
    combined_value: str | tuple[LabelledValue, ...]
    nonce: int | str | None = None
    """v10."""
    reputer_request_nonce: ReputerRequestNonce | None = None


class NetworkInferences(Struct, frozen=True):
    """`latest_network_inferences` and `network_inferences`, of any version."""

    network_inferences: ValueBundle
    inference_block_height: int | str | None = None
    confidence_interval_raw_percentiles: tuple[str, ...] = ()
    confidence_interval_values: tuple[str, ...] = ()


class TopicFields(Struct, frozen=True):
    """Of a topic on the chain; lengths are in blocks."""

    id: int | str
    metadata: str
    loss_method: str
    epoch_length: int | str
    ground_truth_lag: int | str = 0
    worker_submission_window: int | str = 0
    epoch_last_ended: int | str = 0


class TopicAnswer(Struct, frozen=True):
    """`topics/{id}`."""

    topic: TopicFields


class NextTopic(Struct, frozen=True):
    """`next_topic_id`: the number that the next new topic will have."""

    next_topic_id: int | str


class Activity(Struct, frozen=True):
    """`is_topic_active/{id}`."""

    is_active: bool


class BlockHeader(Struct, frozen=True):
    """When a block was made."""

    height: int | str
    time: str


class BlockBody(Struct, frozen=True):
    """What is read of a block."""

    header: BlockHeader


class BlockAnswer(Struct, frozen=True):
    """`blocks/{height}` and `blocks/latest`."""

    block: BlockBody


class ChainInference(Struct, frozen=True):
    """A forecast as the chain tells it."""

    topic_id: int
    nonce: int
    """The block that opened the epoch: names the inference for ever."""
    values: dict[str, Decimal]
    """By label; the label `y` where the topic forecasts one number."""
    interval: Interval | None = None

    @property
    def value(self) -> Decimal:
        """Raises NotUnderstoodError where the topic forecasts several numbers."""
        if len(self.values) != 1:
            raise NotUnderstoodError(
                f"topic {self.topic_id} tells {len(self.values)} values"
                f" ({', '.join(self.values)}), not one"
            )
        return next(iter(self.values.values()))


class Block(Struct, frozen=True):
    """A height and its time."""

    height: int
    at: Micros


def inference_of(body: bytes) -> ChainInference:
    """Raises NotUnderstoodError."""
    answer = decoded(body, NetworkInferences)
    bundle = answer.network_inferences
    return ChainInference(
        whole_of(bundle.topic_id),
        _nonce(answer),
        values_of(bundle),
        interval_of(
            tuple(decimal_of(one) for one in answer.confidence_interval_raw_percentiles),
            tuple(decimal_of(one) for one in answer.confidence_interval_values),
        ),
    )


def values_of(bundle: ValueBundle) -> dict[str, Decimal]:
    """By label. Raises NotUnderstoodError for a label that comes twice, and for none at all."""
    if isinstance(bundle.combined_value, str):
        return {ONLY_LABEL: decimal_of(bundle.combined_value)}
    values = {one.label_name: decimal_of(one.value) for one in bundle.combined_value}
    if not values or len(values) < len(bundle.combined_value):
        raise NotUnderstoodError(f"topic {bundle.topic_id}: its labels are missing or doubled")
    return values


def block_of(body: bytes) -> Block:
    """Raises NotUnderstoodError."""
    header = decoded(body, BlockAnswer).block.header
    try:
        at = datetime.fromisoformat(header.time)
    except ValueError as error:
        raise NotUnderstoodError(f"block {header.height}: time {header.time[:40]!r}") from error
    if at.tzinfo is None:
        raise NotUnderstoodError(f"block {header.height}: time {header.time} has no zone")
    return Block(whole_of(header.height), Micros(int(at.timestamp()) * SECOND + at.microsecond))


def decoded(body: bytes, kind: type[T]) -> T:
    """Raises NotUnderstoodError."""
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise NotUnderstoodError(f"the chain's reply is not understood: {error}") from error


def _nonce(answer: NetworkInferences) -> int:
    told = answer.network_inferences.nonce
    if told is None:
        told = answer.inference_block_height
    if told is None and (request := answer.network_inferences.reputer_request_nonce) is not None:
        told = request.reputer_nonce.block_height if request.reputer_nonce is not None else None
    if told is None:
        raise NotUnderstoodError("the chain's reply has no nonce and no inference_block_height")
    return whole_of(told)
