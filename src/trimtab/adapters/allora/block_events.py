"""Frames of Tendermint's event stream: which topics have a new inference in this block."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import msgspec
from msgspec import Struct, field

from trimtab.adapters.allora.chain_messages import ValueBundle, decoded, values_of
from trimtab.adapters.allora.errors import NotUnderstoodError
from trimtab.adapters.allora.figures import whole_of

_EVENTS = ("EventNetworkInferences", "EventNetworkInferenceBundle")
"""v9 and older, v10."""

SUBSCRIBABLE = (("v9", "EventNetworkInferences"), ("v10", "EventNetworkInferenceBundle"))


class Attribute(Struct, frozen=True):
    """Values are JSON within a string: the number 13 comes as "\\"13\\""."""

    key: str
    value: str | None = None


class BlockEvent(Struct, frozen=True):
    """Such as `emissions.v9.EventNetworkInferences`."""

    type: str
    attributes: tuple[Attribute, ...] = ()


class BlockEvents(Struct, frozen=True):
    """All events of a block."""

    height: int | str = 0
    events: tuple[BlockEvent, ...] = ()


class FrameData(Struct, frozen=True):
    """`tendermint/event/NewBlockEvents`."""

    type: str
    value: BlockEvents = BlockEvents()


class FrameResult(Struct, frozen=True):
    """Empty when it only confirms a subscription."""

    query: str = ""
    data: FrameData | None = None


class FrameError(Struct, frozen=True):
    """Why a subscription was refused."""

    code: int = 0
    message: str = ""
    data: str = ""


class Frame(Struct, frozen=True):
    """JSON-RPC."""

    id: str | int | None = None
    result: FrameResult = FrameResult()
    error: FrameError | None = field(default=None)


class Announcement(NamedTuple):
    """A new inference is on the chain."""

    topic_id: int
    nonce: int
    height: int
    """Of the block that holds it: later than the nonce."""
    values: dict[str, Decimal]
    """By label; empty where the event does not tell them in a form that is documented."""


def frame_of(text: str | bytes) -> Frame:
    """Raises NotUnderstoodError."""
    return decoded(text.encode() if isinstance(text, str) else text, Frame)


def announcements(frame: Frame) -> tuple[Announcement, ...]:
    """None in a frame that confirms or refuses. Raises NotUnderstoodError."""
    if frame.result.data is None:
        return ()
    block = frame.result.data.value
    return tuple(
        _announcement(event, whole_of(block.height))
        for event in block.events
        if event.type.rpartition(".")[2] in _EVENTS
    )


def query(version: str, event: str) -> str:
    """What to subscribe to, to hear of all topics."""
    return f"tm.event='NewBlockEvents' AND emissions.{version}.{event}.topic_id EXISTS"


def _announcement(event: BlockEvent, height: int) -> Announcement:
    told = {one.key: one.value or "" for one in event.attributes}
    try:
        topic_id = whole_of(_plain(told["topic_id"]))
        nonce = whole_of(_plain(told["nonce"] if "nonce" in told else told["block_height"]))
    except KeyError as error:
        raise NotUnderstoodError(f"{event.type} at height {height}: no {error}") from error
    bundle = told.get("value_bundle")
    values = values_of(decoded(bundle.encode(), ValueBundle)) if bundle else {}
    return Announcement(topic_id, nonce, height, values)


def _plain(text: str) -> str:
    """Without the quotes of a string within a string."""
    try:
        return str(msgspec.json.decode(text))
    except msgspec.DecodeError:
        return text
