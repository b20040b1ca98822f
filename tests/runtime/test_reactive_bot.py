"""The loop records whole steps in order, and nobody hears of what is not durable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from tests.builders.market import COINS, LIVELY, NAMES, prices, started, world
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.memory.event_store import MemoryJournal
from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.domain.canonical import decode, encode
from trimtab.domain.commands import Pause
from trimtab.domain.observations import BarsClosed, EngineStarted, TimePassed
from trimtab.domain.units import HOUR, Micros
from trimtab.ports import Journal, JournalError, Recorded
from trimtab.records import snapshot
from trimtab.runtime.event_dispatcher import EventDispatcher
from trimtab.runtime.reactive_bot import ReactiveBot
from trimtab.runtime.replay import replayed

OPENED = Micros(473_352 * HOUR)
"""A midnight."""

EAGER = replace(LIVELY, gate=None)
"""Trades from the first forecast on."""


class Listener:
    """Keeps ports.Audience and remembers."""

    def __init__(self) -> None:
        self.heard: list[Recorded] = []

    def publish(self, records: Sequence[Recorded]) -> None:
        self.heard += records


class Watcher(Listener):
    """Also remembers how much was durable whenever something was told."""

    def __init__(self, journal: Journal) -> None:
        super().__init__()
        self._journal = journal
        self.ahead = 0
        """Facts told before they were durable."""

    def publish(self, records: Sequence[Recorded]) -> None:
        super().publish(records)
        durable = sum(1 for _ in self._journal.read())
        self.ahead += max(0, records[-1].seq - durable)


def in_memory(start: EngineStarted) -> MemoryJournal:
    return MemoryJournal(start.bot, StandingClock(start.at))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SqliteJournal]:
    journal = SqliteJournal.open(tmp_path / "bot.db", "test", StandingClock(OPENED))
    yield journal
    journal.abandon()


def fill_up(journal: SqliteJournal) -> None:
    """From now on there is no room for another page."""
    journal._file.connection.pragma("max_page_count", 1)  # pyright: ignore[reportPrivateUsage]


def free(journal: SqliteJournal) -> None:
    journal._file.connection.pragma(  # pyright: ignore[reportPrivateUsage]
        "max_page_count", 1_000_000
    )


def pause(hours: int, reason: str = "lunch") -> Pause:
    return Pause(Micros(OPENED + hours * HOUR), "ada", reason)


def test_the_journal_holds_whole_steps_in_order_and_without_gaps() -> None:
    small = world(1, 120)
    start = started(small.opened, EAGER)
    journal, listener = in_memory(start), Listener()
    bot = ReactiveBot(start, journal, EventDispatcher([listener]))
    for fact in small.facts():
        bot.take(fact)
    rows = list(journal.read())
    assert [row.seq for row in rows] == list(range(1, bot.facts + 1))
    assert [record.seq for record in listener.heard] == [row.seq for row in rows]
    assert [encode(record.fact).decode() for record in listener.heard] == [
        row.payload for row in rows
    ]
    cause = None
    for row in rows:
        cause = row.event_id if row.causation_id is None else cause
        assert row.causation_id in {None, cause}
    assert any(row.type == "order_filled" for row in rows)


def test_a_block_is_cut_where_something_happened() -> None:
    small = world(2, 150)
    start = started(small.opened, EAGER)
    journal = in_memory(start)
    bot = ReactiveBot(start, journal, EventDispatcher())
    for fact in small.facts():
        bot.take(fact)
    blocks, orders = dict[str, BarsClosed](), 0
    for row in journal.read():
        told = decode(row.payload)
        if isinstance(told, BarsClosed):
            blocks[row.event_id] = told
        elif row.type == "order_filled" and row.causation_id in blocks:
            orders += 1
            block = blocks[row.causation_id]
            assert block.at - HOUR == told.at, "fills happen at the open of a block's last row"
    assert orders > 10
    assert sum(len(block.bars) for block in blocks.values()) == 150


def test_rows_in_which_nothing_closed_are_counted_like_others() -> None:
    start = started(OPENED)
    journal = in_memory(start)
    bot = ReactiveBot(start, journal, EventDispatcher())
    silence = np.full((5, 5, len(COINS)), np.nan)
    silence.flags.writeable = False
    bot.take(prices(NAMES, Micros(OPENED + HOUR), 100.0, 10.0, 1.0, 5.0))
    bot.take(BarsClosed(Micros(OPENED + 6 * HOUR), HOUR, NAMES, silence))
    again = replayed(list(journal.read()), {}, compare=True)
    assert snapshot.encode(again.mind) == snapshot.encode(bot.mind)
    assert again.mind.books.closed == OPENED + 6 * HOUR


def test_only_coins_that_closed_are_named() -> None:
    start = started(OPENED)
    journal = in_memory(start)
    bot = ReactiveBot(start, journal, EventDispatcher())
    bot.take(prices(NAMES, Micros(OPENED + HOUR), 100.0, np.nan, 1.0, np.nan))
    fact = decode(list(journal.read())[1].payload)
    assert isinstance(fact, BarsClosed)
    assert fact.coins == (NAMES[0], NAMES[2])
    assert fact.bars[0, :4].tolist() == [[100.0, 1.0]] * 4


def test_bars_after_a_hole_in_time_stand_at_their_own_time() -> None:
    start = started(OPENED)
    journal = in_memory(start)
    bot = ReactiveBot(start, journal, EventDispatcher())
    bot.take(prices(NAMES, Micros(OPENED + HOUR), 100.0, 10.0, 1.0, 5.0))
    bot.take(prices(NAMES, Micros(OPENED + 30 * HOUR), 101.0, 10.0, 1.0, 5.0))
    again = replayed(list(journal.read()), {}, compare=True)
    assert bot.mind.books.closed == OPENED + 30 * HOUR
    assert snapshot.encode(again.mind) == snapshot.encode(bot.mind)


@pytest.mark.parametrize("group", [1, 7, 1_000])
def test_nothing_is_told_before_it_is_durable(group: int) -> None:
    small = world(3, 100)
    journal = in_memory(started(small.opened))
    watcher = Watcher(journal)
    bot = ReactiveBot(started(small.opened), journal, EventDispatcher([watcher]), group)
    for fact in small.facts():
        bot.take(fact)
    bot.flush()
    assert watcher.ahead == 0
    assert len(watcher.heard) == bot.facts


def test_facts_wait_for_their_group() -> None:
    listener = Listener()
    start = started(OPENED)
    bot = ReactiveBot(start, in_memory(start), EventDispatcher([listener]), group=3)
    bot.take(TimePassed(Micros(OPENED + HOUR)))
    assert listener.heard == []
    bot.take(TimePassed(Micros(OPENED + 2 * HOUR)))
    assert [record.seq for record in listener.heard] == [1, 2, 3]


def test_when_the_disk_is_full_the_bot_is_what_the_journal_says_and_nobody_is_told(
    disk: SqliteJournal,
) -> None:
    listener = Listener()
    bot = ReactiveBot(started(OPENED), disk, EventDispatcher([listener]))
    bot.take(TimePassed(Micros(OPENED + HOUR)))
    before, heard = snapshot.encode(bot.mind), len(listener.heard)
    fill_up(disk)
    with pytest.raises(JournalError, match="disk is full"):
        bot.take(pause(2, "because " * 2_000))
    assert snapshot.encode(bot.mind) == before
    assert not bot.mind.adaptation.paused
    assert len(listener.heard) == bot.facts == heard


def test_when_there_is_room_again_the_bot_goes_on_from_the_last_durable_fact(
    disk: SqliteJournal,
) -> None:
    listener = Listener()
    bot = ReactiveBot(started(OPENED), disk, EventDispatcher([listener]))
    fill_up(disk)
    with pytest.raises(JournalError):
        bot.take(pause(1, "because " * 2_000))
    free(disk)
    bot.take(TimePassed(Micros(OPENED + 2 * HOUR)))
    rows = list(disk.read())
    assert [row.type for row in rows] == ["engine_started", "time_passed"]
    assert [(told.seq, encode(told.fact).decode()) for told in listener.heard] == [
        (row.seq, row.payload) for row in rows
    ]


def test_a_group_that_cannot_be_written_is_forgotten_whole(tmp_path: Path) -> None:
    disk = SqliteJournal.create(
        tmp_path / "run.db", "test", StandingClock(OPENED), group=3, replace=True
    )
    bot = ReactiveBot(started(OPENED), disk, EventDispatcher(), group=100)
    bot.flush()
    fill_up(disk)
    bot.take(pause(1, "because " * 2_000))
    assert bot.mind.adaptation.paused
    with pytest.raises(JournalError):
        bot.take(pause(2))
    assert not bot.mind.adaptation.paused
    assert bot.facts == 1
    disk.abandon()
