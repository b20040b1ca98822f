"""The journals under contract, and steps to write into them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from hashlib import sha256
from typing import NamedTuple

import numpy as np

from trimtab.adapters.memory.clock import StandingClock
from trimtab.domain import canonical
from trimtab.domain.commands import Pause
from trimtab.domain.decisions import AdaptationRefused, OrderIntended, SafetyPaused
from trimtab.domain.event_types import VolatilitySpike
from trimtab.domain.facts import Derived
from trimtab.domain.observations import BarsClosed, OrderFilled
from trimtab.domain.units import HOUR, AdaptationId, Coin, Micros
from trimtab.ports import Journal, Step
from trimtab.records.journal_row import JournalRow
from trimtab.records.snapshot import Snapshot

BOT = "bot"
BTC = Coin("BTC")
ADAPTATION = AdaptationId("018cc251-f400-7000-8000-0000000000bb")


class Desk(NamedTuple):
    """One kind of journal and how to begin it."""

    clock: StandingClock
    begin: Callable[[], Journal]


class LastingDesk(NamedTuple):
    """One kind of journal that outlives its process, and how to open it again."""

    clock: StandingClock
    begin: Callable[[], Journal]
    reopen: Callable[[], Journal]


def hour(count: int) -> Micros:
    """A moment so many hours after 2024-01-01 00:00 UTC."""
    return Micros(1_704_067_200_000_000 + count * HOUR)


ORDER = canonical.order_id(BOT, BTC, hour(2), 0)
"""The order of `busy(2)`."""


def quiet(count: int) -> Step:
    """A bar from which nothing followed."""
    bars = np.full((1, 5, 1), 100.0 + count)
    return Step(BarsClosed(hour(count), HOUR, (BTC,), bars), hour(count), 0, ())


def busy(count: int) -> Step:
    """A bar after which a coin spikes, an order is sent and an adaptation is refused."""
    at = hour(count)
    derived: list[Derived] = [
        VolatilitySpike(at, BTC, 2.5, over=False, confidence=0.75, evidence={"ratio": 2.5}),
        OrderIntended(
            at, canonical.order_id(BOT, BTC, at, 0), BTC, "buy", Decimal("0.10"), "entry", reduce_only=False, topic=None,
            because="the forecast is worth more than it costs",
        ),
        AdaptationRefused(at, "tighten", "volatility_spike", "at the floor", ADAPTATION),
    ]  # fmt: skip
    return Step(quiet(count).outside, at, 4, derived)


def pause(count: int) -> Step:
    """An operator's command and what it leads to."""
    command = Pause(hour(count), actor="ada", reason="a look at the books")
    return Step(command, hour(count), 0, (SafetyPaused(hour(count), "ada", "asked to"),))


def fill(count: int) -> Step:
    """The exchange answers."""
    price = Decimal("42000.5")
    filled = OrderFilled(hour(count), ORDER, BTC, "buy", Decimal("0.10"), price, Decimal("1.89"))
    return Step(filled, hour(count), 0, ())


STORY = (quiet(1), busy(2), fill(3), pause(4))
"""Four steps, eight rows."""


def state_of(seq: int) -> Snapshot:
    """A snapshot as of a seq, of some state or other."""
    state = f"what was known at {seq}".encode()
    return Snapshot(seq, hour(seq), sha256(state).hexdigest(), {"trimtab": "1"}, state)


def write(journal: Journal, *steps: Step) -> list[JournalRow]:
    """Appends and flushes the steps; all durable rows."""
    for step in steps:
        journal.append(step)
    journal.flush()
    return list(journal.read())
