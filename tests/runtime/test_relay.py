"""The relay: in order, after its place, at least once, and never in anybody's way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from threading import enumerate as threads

from msgspec.structs import replace

from tests.builders.awaiting import until
from tests.builders.market import started
from tests.contracts.journals import BOT, busy, hour
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.memory.event_store import MemoryJournal
from trimtab.domain.observations import TimePassed
from trimtab.domain.units import Micros
from trimtab.ports import BrokerError, CompanionState, Cursor, Recorded, Step, Subscription
from trimtab.records.channels import Channel, Message
from trimtab.runtime.loop_thread import LoopThread
from trimtab.runtime.relay import Relay, RelayState
from trimtab.runtime.row_groups import CHARACTERS, ROWS, in_groups

RECORDED_AT = Micros(1_704_100_000_000_000)


def journal_of(steps: int) -> MemoryJournal:
    """A start, and four rows a step."""
    journal = MemoryJournal(BOT, StandingClock(RECORDED_AT))
    if steps >= 0:
        journal.append(Step(replace(started(hour(0)), bot=BOT), hour(0), 0, ()))
    for number in range(1, steps + 1):
        journal.append(busy(number))
    journal.flush()
    return journal


class Place:
    """Keeps ports.Cursor, in memory."""

    def __init__(self, seq: int = 0) -> None:
        self.seq = seq

    def load(self) -> int:
        return self.seq

    def store(self, seq: int) -> None:
        self.seq = seq


class Recorder:
    """Keeps ports.Broker, as far as publishing goes; refuses the first attempts."""

    def __init__(self, refusals: int = 0) -> None:
        self.sent: list[Message] = []
        self.attempts = 0
        self.closed = False
        self._refusals = refusals

    async def publish(self, messages: Sequence[Message]) -> None:
        self.attempts += 1
        if self.attempts <= self._refusals:
            self.sent += messages[:2]  # they arrived, and nobody said so
            raise BrokerError("away: start it")
        self.sent += messages

    async def subscribe(self, channel: Channel, consumer: str) -> Subscription:
        raise BrokerError(f"{consumer} cannot hear {channel.subject}: only for publishing")

    async def close(self) -> None:
        self.closed = True

    @property
    def seqs(self) -> list[int]:
        return [message.row.seq for message in self.sent]


@asynccontextmanager
async def running(relay: Relay) -> AsyncGenerator[None]:
    task = asyncio.create_task(relay.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def has_everything(relay: Relay, journal: MemoryJournal) -> bool:
    last = journal.last()
    return last is not None and relay.state.seq == last.seq


async def test_it_sends_everything_after_its_place_in_order() -> None:
    place, broker = Place(3), Recorder()
    relay = Relay(journal_of(300), broker, lambda _: place)
    async with running(relay):
        await until(lambda: place.seq == 1201)
    assert broker.seqs == list(range(4, 1202))
    assert {message.bot for message in broker.sent} == {BOT}
    assert (relay.state, broker.closed) == (RelayState(1201, 1201, None, ""), True)


async def test_what_was_not_acknowledged_is_sent_again_and_the_place_waits() -> None:
    place, broker = Place(), Recorder(refusals=2)
    relay = Relay(journal_of(1), broker, lambda _: place)
    async with running(relay):
        await until(lambda: broker.attempts == 1)
        assert place.seq == 0
        assert relay.state == RelayState(0, 5, RECORDED_AT, "away: start it")
        assert relay.state.behind == 5
        told = "the broker does not get the facts: away: start it"
        assert relay.companion == CompanionState("broker", 0, 5, (told,))
        await until(lambda: place.seq == 5)
    assert broker.seqs == [1, 2, 1, 2, 1, 2, 3, 4, 5]
    assert relay.companion == CompanionState("broker", 5, 0)


async def test_it_is_woken_by_what_becomes_durable() -> None:
    journal, place, broker = journal_of(0), Place(), Recorder()
    relay = Relay(journal, broker, lambda _: place, poll=60.0)
    async with running(relay):
        await until(lambda: place.seq == 1)
        journal.append(busy(1))
        journal.flush()
        relay.publish([Recorded(5, TimePassed(Micros(1)))])
        await until(lambda: place.seq == 5)
    assert broker.seqs == [1, 2, 3, 4, 5]


async def test_it_finds_by_itself_what_another_process_writes() -> None:
    journal, place, broker = journal_of(-1), Place(), Recorder()
    relay = Relay(journal, broker, lambda _: place, poll=0.01)
    async with running(relay):
        await asyncio.sleep(0)  # no fact yet, not even whose journal it is
        journal.append(Step(replace(started(hour(0)), bot="late"), hour(0), 0, ()))
        journal.flush()
        await until(lambda: place.seq == 1)
    assert broker.sent[0].bot == "late"


async def test_a_place_that_this_journal_cannot_have_is_the_beginning() -> None:
    place, broker = Place(1_000), Recorder()
    async with running(Relay(journal_of(1), broker, lambda _: place)):
        await until(lambda: place.seq == 5)
    assert broker.seqs == [1, 2, 3, 4, 5]


async def test_each_journal_has_a_place_of_its_own() -> None:
    places: dict[str, Place] = {}

    def place(first: str) -> Cursor:
        return places.setdefault(first, Place())

    one, other = journal_of(1), MemoryJournal(BOT, StandingClock(RECORDED_AT))
    other.append(Step(replace(started(hour(9)), bot=BOT), hour(9), 0, ()))
    other.flush()
    for journal in (one, other):
        relay = Relay(journal, Recorder(), place)
        async with running(relay):
            await until(partial(has_everything, relay, journal))
    assert sorted(p.seq for p in places.values()) == [1, 5]


def test_publishing_before_it_runs_and_after_it_ended_disturbs_nobody() -> None:
    relay = Relay(journal_of(1), Recorder(), lambda _: Place())
    told = [Recorded(5, TimePassed(Micros(1)))]
    relay.publish(told)
    with LoopThread("relay", relay.run):
        relay.publish(told)
    relay.publish(told)
    assert "relay" not in {thread.name for thread in threads()}


def test_groups_are_bounded_in_rows_and_in_size() -> None:
    rows = list(journal_of(300).read())
    assert [row for group in in_groups(rows) for row in group] == rows
    assert max(len(group) for group in in_groups(rows)) == ROWS
    large = [replace(row, payload="x" * (CHARACTERS // 2)) for row in rows[:5]]
    assert [len(group) for group in in_groups(large)] == [2, 2, 1]
    assert [len(g) for g in in_groups([replace(rows[0], payload="x" * 2 * CHARACTERS)])] == [1]
