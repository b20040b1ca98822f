"""A running bot on paper: what it is told when the world is silent, and what a pause overtakes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from threading import Thread
from typing import TypeVar

import pytest
from msgspec.structs import replace

from tests.builders.market import prices, started
from tests.builders.patience import until
from tests.builders.running import of_kind
from tests.scenarios.given import ACTOR, BTC, COINS, ETH, SOL, TOPIC, WRITTEN, hour
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.memory.event_store import MemoryJournal
from trimtab.adapters.system_clock import SystemClock
from trimtab.app.paper_venue import PaperVenue
from trimtab.domain.commands import Pause, Resume
from trimtab.domain.configuration import HardLimits, Instrument
from trimtab.domain.decisions import ForecastsWeighed, OrderIntended, SafetyPaused
from trimtab.domain.facts import Fact, Outside
from trimtab.domain.observations import (
    AccountReported,
    OrderCancelled,
    OrderFilled,
    OrderRejected,
    PredictionsIssued,
    TimePassed,
)
from trimtab.domain.reasons import Reason
from trimtab.domain.units import HOUR, MINUTE, Coin, Micros, OrderId
from trimtab.ports import Recorded
from trimtab.records.journal_row import JournalRow
from trimtab.runtime.engine_loop import LIMIT, EngineLoop
from trimtab.runtime.event_dispatcher import EventDispatcher
from trimtab.runtime.inbox import Inbox
from trimtab.runtime.reactive_bot import ReactiveBot
from trimtab.runtime.replay import replayed
from trimtab.trading.records import ACTUAL

SILENCE = Micros(3 * HOUR)
LIMITS = HardLimits(silence=SILENCE, clock_error=Micros(5 * MINUTE))
FLAT = (100.0, 50.0, 10.0)
OTHERS, AGAIN = OrderId("others"), OrderId("again")
Kind = TypeVar("Kind")


class CountedClock(StandingClock):
    """Knows how often it was read."""

    reads = 0

    def now(self) -> Micros:
        self.reads += 1
        return super().now()


class PlantedRace:
    """An audience before all others: pauses between an order's commit and its leaving."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self.armed = False
        self.heard: list[Fact] = []

    def publish(self, records: Sequence[Recorded]) -> None:
        self.heard += [one.fact for one in records]
        if self.armed and any(isinstance(one.fact, OrderIntended) for one in records):
            self._inbox.put(Pause(records[-1].fact.at, ACTOR, "wait"))


class World:
    """The real loop, a real exchange on paper, and a clock that a test sets."""

    def __init__(self) -> None:
        self.inbox, self.clock = Inbox(), CountedClock(hour(0))
        self.journal = MemoryJournal("test", StandingClock(hour(0)))
        self.venue, self.race = PaperVenue(self.inbox, self.clock), PlantedRace(self.inbox)
        dispatcher = EventDispatcher([self.race, *self.venue.audiences])
        start = started(
            hour(0), replace(WRITTEN, limits=LIMITS), mode="paper",
            traded=tuple(Instrument(coin) for coin in COINS),
        )  # fmt: skip
        self.bot = ReactiveBot(start, self.journal, dispatcher)
        self.venue.serve(self.bot)
        heart = self.venue.heartbeat(look=0.001)
        loop = EngineLoop(self.bot, self.inbox, SystemClock(), LIMIT, (), heart)
        self._thread = Thread(target=loop.run, daemon=True)
        self._thread.start()

    def hear(self, fact: Outside) -> None:
        """Returns when it is durable, and told to all."""
        assert self.inbox.put(fact)
        until(lambda: any(one is fact for one in self.race.heard))

    def bar(self, count: int) -> None:
        self.clock.set(max(self.clock.now(), hour(count)))
        self.inbox.put(prices(COINS, hour(count), *FLAT))
        until(lambda: self.bot.mind.books.closed == hour(count))

    def forecast(self, count: int) -> None:
        self.hear(PredictionsIssued(hour(count), (TOPIC,), COINS, ((0.01, -0.01, 0.01),)))

    def told(self, kind: type[Kind]) -> list[Kind]:
        return of_kind(self.race.heard, kind)

    def awaits(self, kind: type[Kind]) -> Kind:
        """The first of its kind, once it is there."""
        until(lambda: bool(self.told(kind)))
        return self.told(kind)[0]

    def end(self) -> list[JournalRow]:
        self.inbox.close()
        self._thread.join(10.0)
        assert not self._thread.is_alive()
        return list(self.journal.read())

    @property
    def held(self) -> dict[Coin, Decimal]:
        account = self.venue.exchange.account(self.clock.now())
        assert account is not None
        return account.positions


@pytest.fixture
def world() -> Iterator[World]:
    """In which two bars have closed; at its end its journal replays bit for bit."""
    running = World()
    running.bar(1)
    running.bar(2)
    yield running
    again = replayed(running.end(), {}, compare=True)
    assert not again.differences


def test_a_feed_that_goes_silent_stops_entries_until_a_person_resumes(world: World) -> None:
    world.clock.set(Micros(hour(2) + SILENCE + 1))
    assert world.awaits(SafetyPaused).check == "silence"
    assert "silence" in world.bot.mind.safety.breakers.tripped

    world.bar(6)  # the feed is back, but what has tripped stays so
    world.forecast(6)
    assert not world.told(OrderIntended)
    assert world.told(ForecastsWeighed)[-1].reasons == ((Reason.PAUSED,) * len(COINS),)

    world.hear(Resume(hour(6), ACTOR, "looked"))
    world.forecast(6)
    assert len(world.told(OrderIntended)) == len(COINS)
    assert not world.bot.mind.safety.breakers.tripped


def test_an_account_that_holds_something_else_stops_entries_until_a_person_resumes(
    world: World,
) -> None:
    world.forecast(2)
    world.bar(3)
    ours = world.told(OrderFilled)[0]
    exchange = world.venue.exchange
    assert world.held == {BTC: Decimal(20), ETH: Decimal(-40), SOL: Decimal(200)}
    assert not world.told(SafetyPaused)

    # somebody trades on the same account
    foreign = OrderIntended(hour(3), OTHERS, BTC, "sell", Decimal(5), "entry", False, None, "mine")  # noqa: FBT003
    exchange.place(foreign)
    fill = replace(ours, order=OTHERS, side="sell", size=Decimal(5))
    exchange.publish([Recorded(0, fill)])
    pause = world.awaits(SafetyPaused)
    assert (pause.check, pause.because) == (
        "reconciliation", "BTC: the account holds 15.0000, the books 20",
    )  # fmt: skip
    world.bar(4)
    world.bar(5)  # the positions have reached their horizon
    world.forecast(5)
    assert len(world.told(OrderIntended)) == 2 * len(COINS)  # three entries, and three exits

    exchange.place(replace(foreign, order=AGAIN, side="buy"))
    exchange.publish([Recorded(0, replace(fill, order=AGAIN, side="buy"))])
    world.hear(Resume(hour(5), ACTOR, "moved back"))
    world.forecast(5)
    assert len(world.told(OrderIntended)) == 3 * len(COINS)


def test_a_bar_from_the_future_stops_entries_before_anything_is_made_of_it(world: World) -> None:
    world.inbox.put(prices(COINS, hour(3), *FLAT))
    world.inbox.put(PredictionsIssued(hour(3), (TOPIC,), COINS, ((0.01,) * 3,)))
    pause = world.awaits(SafetyPaused)
    assert (pause.check, pause.because) == ("clock", "a bar closed 3600 s ahead of the clock")
    until(lambda: bool(world.told(ForecastsWeighed)))
    assert not world.told(OrderIntended)


def test_an_entry_that_a_pause_overtakes_does_not_leave_and_exits_do(world: World) -> None:
    world.forecast(2)
    world.bar(3)
    world.bar(4)  # the positions have reached their horizon: exits work
    world.race.armed = True
    world.bar(5)
    world.forecast(5)
    until(lambda: len(world.told(OrderRejected)) == len(COINS))
    entries = [one.order for one in world.told(OrderIntended) if one.at == hour(5)]
    assert {(one.order, one.code) for one in world.told(OrderRejected)} == {
        (order, "paused") for order in entries
    }
    until(lambda: len(world.told(OrderCancelled)) == len(COINS))
    assert [one.order for one in world.told(OrderCancelled)] == entries

    world.race.armed = False
    world.bar(6)
    fills = world.told(OrderFilled)
    assert len(fills) == 2 * len(COINS)  # the first entries and their exits, and no more
    assert not any(world.held.values())
    assert not world.bot.mind.books.positions["lots"][ACTUAL].any()
    assert "reconciliation" not in world.bot.mind.safety.breakers.tripped


def test_an_exit_leaves_whatever_is_paused(world: World) -> None:
    world.forecast(2)
    world.bar(3)
    world.race.armed = True
    world.bar(4)  # exits are intended, and a pause comes in between
    until(lambda: bool(world.told(SafetyPaused)))
    world.bar(5)
    assert not world.told(OrderRejected)
    assert not any(world.held.values())


def test_a_silent_world_costs_one_row_an_hour_and_an_account_that_agrees_one_a_day(
    world: World,
) -> None:
    told = len(world.race.heard)
    for quarter in range(1, 9):
        world.clock.set(Micros(hour(2) + quarter * HOUR // 4))
        seen = world.clock.reads
        until(lambda: world.clock.reads > seen + 1)  # noqa: B023
    assert [type(one) for one in world.race.heard[told:]] == [TimePassed]
    for count in range(3, 30):
        world.bar(count)
    assert world.awaits(AccountReported).at > hour(24)
    assert len(world.told(AccountReported)) == 1
