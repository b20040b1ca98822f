"""Units: plain numbers with a name, so that the type checker keeps them apart."""

from __future__ import annotations

from typing import NewType

Micros = NewType("Micros", int)
"""A moment (UTC, since 1970) or a length of time, in whole microseconds."""

Coin = NewType("Coin", str)
"""The base asset of a perpetual, such as ``BTC``; ``*`` stands for the whole market."""

TopicName = NewType("TopicName", str)
"""One forecast stream of the Allora network: an asset group, a horizon and a kind."""

EventId = NewType("EventId", str)
"""A UUIDv7 in its usual text form."""

OrderId = NewType("OrderId", str)
"""The event id of the order's ``order_intended`` fact; its 16 bytes are the client order id."""

AdaptationId = NewType("AdaptationId", str)
"""The event id of the adaptation's first fact."""

CommandId = NewType("CommandId", str)
"""Drawn by whoever hands a command in, to ask later what became of it; empty: nobody asks."""

OverrideId = NewType("OverrideId", str)
"""The event id of the override's ``override_began`` fact."""

Bp = NewType("Bp", float)
"""Basis points: 1 bp is 0.0001."""

Leverage = NewType("Leverage", float)
"""Notional over capital; 1.0 borrows nothing."""

MARKET = Coin("*")

SECOND = Micros(1_000_000)
MINUTE = Micros(60 * SECOND)
HOUR = Micros(60 * MINUTE)
DAY = Micros(24 * HOUR)
NEVER = Micros(2**62)
"""Later than any moment that will be met."""
