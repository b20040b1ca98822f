"""Why a forecast was traded, or was not: a code in the journal, words when it is read."""

from __future__ import annotations

from enum import IntEnum


class Reason(IntEnum):
    """The first thing that stood in the way, in the order in which it is asked."""

    NO_FORECAST = -1
    TRADED = 0
    PAUSED = 1
    NOT_IN_MIX = 2
    BELOW_THRESHOLD = 3
    GATE_CLOSED = 4
    POSITION_OPEN = 5
    NO_PRICE = 6
    TOO_SMALL = 7
    NOT_DIRECTIONAL = 8
    BETTER_TOPIC = 9
    NOT_STARTED = 10
    HELD_ON = 12
    IN_DOUBT = 13
    WITHIN_GUARD = 11
    OVER_EXPOSURE = 20
    TOO_MANY_ORDERS = 21


_WORDS: dict[Reason, str] = {
    Reason.NO_FORECAST: "there was no forecast",
    Reason.TRADED: "traded",
    Reason.PAUSED: "the bot is paused",
    Reason.NOT_IN_MIX: "the coin is not in the mix of this topic",
    Reason.BELOW_THRESHOLD: "the forecast is smaller than the topic's threshold",
    Reason.GATE_CLOSED: "the chance of an edge after costs is too low in this context",
    Reason.POSITION_OPEN: "the coin has a position or a working order already",
    Reason.NO_PRICE: "the coin has no price",
    Reason.TOO_SMALL: "the order would be below the venue's minimum",
    Reason.NOT_DIRECTIONAL: "the topic does not tell a direction",
    Reason.BETTER_TOPIC: "another topic promised more on this coin",
    Reason.NOT_STARTED: "before the start of trading: this forecast only teaches",
    Reason.HELD_ON: "the position is held on for this forecast: no new round trip is paid",
    Reason.IN_DOUBT: "less its doubt, the edge deserves no position",
    Reason.WITHIN_GUARD: "the expected edge does not clear the slippage guard of the coin",
    Reason.OVER_EXPOSURE: "with the order the exposure would be above its hard limit",
    Reason.TOO_MANY_ORDERS: "the hard limit of orders an hour is reached",
}


def words(reason: int) -> str:
    """The reason as a person reads it."""
    return _WORDS[Reason(reason)]
