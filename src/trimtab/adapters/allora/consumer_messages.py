"""What the consumer API sends: an inference, pages of topics, one topic."""

from __future__ import annotations

from decimal import Decimal
from typing import Generic, TypeVar

import msgspec
from msgspec import Struct, field

from trimtab.adapters.allora.errors import NotUnderstoodError, RefusedError
from trimtab.adapters.allora.figures import (
    agreeing,
    decimal_of,
    from_milliseconds,
    from_seconds,
    scaled,
    whole_of,
)
from trimtab.adapters.allora.intervals import Interval, interval_of
from trimtab.domain.units import Micros

_DECIMALS = 18
"""Of replies that do not say how many."""

T = TypeVar("T")


class InferenceData(Struct, frozen=True):
    """As it comes. Arrays are missing where a topic has no interval."""

    network_inference: str
    topic_id: int | str
    timestamp: int | str
    """Seconds."""
    network_inference_normalized: str | None = None
    confidence_interval_percentiles: tuple[str, ...] = ()
    confidence_interval_percentiles_normalized: tuple[str, ...] = ()
    confidence_interval_values: tuple[str, ...] = ()
    confidence_interval_values_normalized: tuple[str, ...] = ()


class InferenceReply(Struct, frozen=True):
    """What the signature signs, and it."""

    inference_data: InferenceData
    signature: str = ""
    token_decimals: int | None = None


class LatestInference(Struct, frozen=True):
    """In the list of topics; not every topic has it."""

    combined_value: str
    timestamp: int | str
    """Milliseconds."""
    naive_value: str | None = None

    @property
    def issued_at(self) -> Micros:
        return from_milliseconds(self.timestamp)


class TopicReply(Struct, frozen=True):
    """One topic. Lengths are in blocks."""

    topic_id: int | str
    topic_name: str
    epoch_length: int
    loss_method: str = ""
    description: str | None = None
    ground_truth_lag: int = 0
    worker_submission_window: int = 0
    worker_count: int = 0
    reputer_count: int = 0
    is_active: bool | None = None
    is_endorsed: bool | None = None
    latest_network_inference: LatestInference | None = None
    updated_at: str = ""


class TopicsPage(Struct, frozen=True):
    """A page, and how to ask for the next one; none at the end."""

    topics: tuple[TopicReply, ...]
    continuation_token: str | None = None


class Envelope(Struct, Generic[T], frozen=True):
    """Around every reply."""

    data: T | None = None
    status: bool = True
    request_id: str = ""
    message: str | None = field(default=None, name="apiResponseMessage")


class Inference(Struct, frozen=True):
    """A forecast as the consumer API tells it."""

    topic_id: int
    value: Decimal
    issued_at: Micros
    interval: Interval | None = None


def inference_of(body: bytes) -> Inference:
    """Raises NotUnderstoodError, and RefusedError where the envelope says so."""
    reply = _data(body, Envelope[InferenceReply])
    data, decimals = reply.inference_data, reply.token_decimals
    places = _DECIMALS if decimals is None else decimals
    return Inference(
        whole_of(data.topic_id),
        agreeing(data.network_inference, data.network_inference_normalized, places),
        from_seconds(data.timestamp),
        _interval(data, places),
    )


def page_of(body: bytes) -> TopicsPage:
    """As `inference_of`."""
    return _data(body, Envelope[TopicsPage])


def topic_of(body: bytes) -> TopicReply:
    """As `inference_of`."""
    return _data(body, Envelope[TopicReply])


def _interval(data: InferenceData, decimals: int) -> Interval | None:
    values = data.confidence_interval_values_normalized
    percentiles = data.confidence_interval_percentiles_normalized
    return interval_of(
        tuple(decimal_of(one) for one in percentiles)
        or tuple(scaled(one, decimals) for one in data.confidence_interval_percentiles),
        tuple(decimal_of(one) for one in values)
        or tuple(scaled(one, decimals) for one in data.confidence_interval_values),
    )


def _data(body: bytes, kind: type[Envelope[T]]) -> T:
    try:
        envelope = msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise NotUnderstoodError(f"the consumer API's reply is not understood: {error}") from error
    if not envelope.status or envelope.data is None:
        raise RefusedError(f"the consumer API refuses: {envelope.message or 'no reason given'}")
    return envelope.data
