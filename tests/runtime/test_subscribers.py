"""Each fact has its effect once and in order, whatever comes, and whatever the effect does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from tests.builders.awaiting import until
from tests.contracts.journals import BOT, busy
from trimtab.adapters.memory.broker import MemoryBroker
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.memory.event_store import MemoryJournal
from trimtab.adapters.sqlite.consumer_store import ConsumerStore
from trimtab.domain.units import Micros
from trimtab.ports import Broker, BrokerError, History, Subscription
from trimtab.records.channels import Channel, Message, message_of
from trimtab.records.journal_row import JournalRow
from trimtab.runtime.subscribers import ATTEMPTS, Subscriber

ALL = Channel(BOT)


def journal_of(steps: int) -> MemoryJournal:
    """Four rows a step."""
    journal = MemoryJournal(BOT, StandingClock(Micros(1)))
    for number in range(1, steps + 1):
        journal.append(busy(number))
    journal.flush()
    return journal


JOURNAL = journal_of(5)
ROWS = list(JOURNAL.read())
MESSAGES = [message_of(BOT, row) for row in ROWS]


class Effect:
    """Writes seqs down; fails on some of them, so many times."""

    def __init__(self, failing: dict[int, int] | None = None) -> None:
        self.failing = failing or {}
        self.store = ConsumerStore.open(
            ":memory:", "books", self, "CREATE TABLE heard (seq INTEGER) STRICT"
        )

    def __call__(self, database: Any, rows: Sequence[JournalRow]) -> None:
        for row in rows:
            database.execute("INSERT INTO heard VALUES (?)", (row.seq,))
            if self.failing.get(row.seq, 0) > 0:
                self.failing[row.seq] -= 1
                raise ValueError(f"cannot take {row.seq}")

    @property
    def heard(self) -> list[int]:
        return [
            int(seq) for (seq,) in self.store.database.execute("SELECT * FROM heard").fetchall()
        ]


class AwayBroker:
    """Keeps ports.Broker; its server never answers."""

    async def publish(self, messages: Sequence[Message]) -> None:
        raise BrokerError(f"away: {len(messages)} messages were not sent")

    async def subscribe(self, channel: Channel, consumer: str) -> Subscription:
        raise BrokerError(f"away: {consumer} cannot hear {channel.subject}")

    async def close(self) -> None:
        """Nothing to let go of."""


@asynccontextmanager
async def running(
    effect: Effect,
    broker: Broker,
    history: History | None = JOURNAL,
    channel: Channel = ALL,
    idle: float = 0.05,
) -> AsyncGenerator[Subscriber]:
    one = Subscriber(broker, history, channel, effect.store, "books", idle=idle)
    task = asyncio.create_task(one.run())
    await asyncio.sleep(0)  # without a journal it hears what comes from now on
    try:
        yield one
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_what_stands_in_the_journal_already_is_heard_first() -> None:
    effect = Effect()
    async with running(effect, MemoryBroker()):
        await until(lambda: effect.store.cursor() == 20)
    assert effect.heard == list(range(1, 21))


async def test_a_broker_that_is_away_only_means_that_the_journal_is_looked_into() -> None:
    journal = journal_of(1)
    effect = Effect()
    async with running(effect, AwayBroker(), journal) as one:
        await until(lambda: effect.store.cursor() == 4)
        journal.append(busy(2))
        journal.flush()
        await until(lambda: effect.store.cursor() == 8)
        await until(lambda: "away: books cannot hear trimtab.bot" in one.state.error)
    assert effect.heard == list(range(1, 9))


async def test_the_last_message_may_be_lost() -> None:
    journal, broker, effect = journal_of(1), MemoryBroker(), Effect()
    async with running(effect, broker, journal):
        await until(lambda: effect.store.cursor() == 4)
        journal.append(busy(2))
        journal.flush()
        await until(lambda: effect.store.cursor() == 8)
    assert effect.heard == list(range(1, 9))


async def test_a_message_is_heard_at_once_and_with_it_all_before_it() -> None:
    journal, broker, effect = journal_of(1), MemoryBroker(), Effect()
    async with running(effect, broker, journal, idle=60.0):
        await until(lambda: effect.store.cursor() == 4)
        journal.append(busy(2))
        journal.flush()
        await broker.publish([MESSAGES[7]])
        await until(lambda: effect.store.cursor() == 8)
    assert effect.heard == list(range(1, 9))


@settings(max_examples=30)
@given(some.lists(some.lists(some.sampled_from(MESSAGES), min_size=1, max_size=6), max_size=6))
def test_whatever_is_lost_doubled_or_turned_round_each_fact_has_its_effect_once(
    published: list[list[Message]],
) -> None:
    async def told() -> list[int]:
        broker, effect = MemoryBroker(room=4), Effect()
        async with running(effect, broker):
            for batch in published:
                await broker.publish(batch)
                await asyncio.sleep(0)
            await until(lambda: effect.store.cursor() == 20)
        return effect.heard

    assert asyncio.run(told()) == list(range(1, 21))


async def test_messages_of_another_journal_of_the_same_name_have_no_effect() -> None:
    foreign = [
        Message(BOT, "BTC", JournalRow(seq, "x", 0, 0, "y", "{}", None, None, None, None, "", ""))
        for seq in (21, 22, 23)
    ]
    journal, broker, effect = journal_of(5), MemoryBroker(), Effect()
    async with running(effect, broker, journal, idle=60.0):
        await until(lambda: effect.store.cursor() == 20)
        await broker.publish(foreign)
        for _ in range(10):
            await asyncio.sleep(0)
        journal.append(busy(6))
        journal.flush()
        await broker.publish([foreign[0]])
        await until(lambda: effect.store.cursor() == 21)
        await broker.publish([message_of(BOT, row) for row in journal.read(23)])
        await until(lambda: effect.store.cursor() == 24)
    assert effect.heard == list(range(1, 25))
    assert effect.store.dead_letters() == []


async def test_only_its_channel_has_an_effect() -> None:
    effect = Effect()
    spikes = Channel(BOT, "volatility_spike", "BTC")
    async with running(effect, MemoryBroker(), channel=spikes):
        await until(lambda: effect.store.cursor() == 20)
    assert effect.heard == [row.seq for row in ROWS if row.type == "volatility_spike"]


async def test_without_a_journal_it_takes_what_comes_once_and_in_order() -> None:
    broker, effect = MemoryBroker(), Effect()
    async with running(effect, broker, None):
        await broker.publish(MESSAGES[:3])
        await broker.publish(MESSAGES[1:8])
        await until(lambda: effect.store.cursor() == 8)
    assert effect.heard == list(range(1, 9))


async def test_an_effect_that_stumbles_is_tried_again_before_what_comes_later() -> None:
    effect = Effect({7: ATTEMPTS})
    async with running(effect, MemoryBroker()) as one:
        await until(lambda: effect.store.cursor() == 20)
        assert one.state.failures == ATTEMPTS
    assert effect.heard == list(range(1, 21))
    assert effect.store.dead_letters() == []


async def test_what_fails_again_and_again_becomes_a_dead_letter_and_the_rest_goes_on() -> None:
    effect, other = Effect({7: 99, 11: 99}), Effect()
    async with running(effect, MemoryBroker()) as one, running(other, MemoryBroker()):
        await until(lambda: other.store.cursor() == 20)
        await until(lambda: effect.store.cursor() == 20)
        assert one.state.buried == 2
    assert effect.heard == [seq for seq in range(1, 21) if seq not in (7, 11)]
    letters = [(letter.row, letter.error) for letter in effect.store.dead_letters()]
    assert letters == [
        (ROWS[6], "ValueError: cannot take 7"),
        (ROWS[10], "ValueError: cannot take 11"),
    ]
    effect.failing.clear()
    assert effect.store.redrive() == 2
    assert sorted(effect.heard) == list(range(1, 21))


async def test_it_can_be_sent_back_while_it_runs() -> None:
    effect = Effect()
    async with running(effect, MemoryBroker()):
        await until(lambda: effect.store.cursor() == 20)
        effect.store.rewind(17)
        await until(lambda: effect.store.cursor() == 20)
    assert effect.heard == [*range(1, 21), 18, 19, 20]


async def test_a_place_beyond_the_journals_end_is_told_and_nothing_is_done() -> None:
    effect = Effect()
    effect.store.rewind(99)
    async with running(effect, MemoryBroker()) as one:
        await until(lambda: one.state.error != "")
        assert "books is at 99, beyond the journal's end" in one.state.error
    assert effect.heard == []
