"""One flush for what waits; a journal that refuses halts the engine, and nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.builders.disks import mounted
from tests.builders.market import LIVELY, one_by_one, started, world
from tests.builders.operator import inject
from tests.builders.patience import until
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.memory.event_store import MemoryJournal
from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.adapters.system_clock import SystemClock
from trimtab.domain.commands import Pause
from trimtab.domain.facts import Outside
from trimtab.domain.observations import TimePassed
from trimtab.domain.units import HOUR, Micros
from trimtab.ports import (
    Condition,
    EngineState,
    Journal,
    JournalError,
    JournalLostError,
    Recorded,
    Step,
)
from trimtab.records import snapshot
from trimtab.records.journal_row import JournalRow, verify
from trimtab.runtime.engine_loop import STALL, EngineLoop
from trimtab.runtime.event_dispatcher import EventDispatcher
from trimtab.runtime.inbox import Inbox
from trimtab.runtime.reactive_bot import ReactiveBot
from trimtab.runtime.replay import replayed

OPENED = Micros(473_352 * HOUR)


class Listener:
    """Keeps ports.Audience and remembers."""

    def __init__(self) -> None:
        self.heard: list[Recorded] = []

    def publish(self, records: Sequence[Recorded]) -> None:
        self.heard += records


class Engine:
    """A loop in a thread of its own, and how it ended."""

    def __init__(self, journal: Journal, limit: int = 512) -> None:
        self.listener, self.inbox = Listener(), Inbox()
        self.bot = ReactiveBot(
            started(OPENED), journal, EventDispatcher([self.listener]), snapshot_every=100
        )
        self.loop = EngineLoop(self.bot, self.inbox, SystemClock(), limit)
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def put(self, *facts: Outside) -> None:
        for fact in facts:
            assert self.inbox.put(fact)

    def end(self) -> None:
        self.inbox.close()
        self._thread.join(30.0)
        assert not self._thread.is_alive()

    @property
    def state(self) -> EngineState:
        return self.loop.state

    def _run(self) -> None:
        try:
            self.loop.run()
        except JournalError as error:
            self.error = error


class Unruly(MemoryJournal):
    """A journal that counts flushes, and can be made to refuse, to be lost, or not to come back."""

    def __init__(self) -> None:
        super().__init__("test", StandingClock(OPENED))
        self.flushes = self.attempts = 0
        self.trouble: JournalError | None = None
        self.free = threading.Event()
        self.free.set()
        self._held: list[Step] = []

    def append(self, step: Step, fail_if: Condition | None = None) -> int:
        del fail_if
        self._held.append(step)
        return 0

    def flush(self) -> int:
        self.free.wait()
        self.attempts += 1
        held, self._held = self._held, []
        if self.trouble is not None:
            raise self.trouble
        self.flushes += 1
        for step in held:
            super().append(step)
        return super().flush()


def hours(first: int, last: int) -> list[TimePassed]:
    return [TimePassed(Micros(OPENED + number * HOUR)) for number in range(first, last)]


def pause(hour: int, reason: str = "lunch") -> Pause:
    return Pause(Micros(OPENED + hour * HOUR), "ada", reason)


def outside(rows: list[JournalRow]) -> list[tuple[str, int]]:
    return [(row.type, (row.at - OPENED) // HOUR) for row in rows if row.causation_id is None]


def test_what_waits_is_made_durable_together_and_published_in_order() -> None:
    journal = Unruly()
    engine = Engine(journal)
    engine.put(*hours(1, 101))
    before = journal.flushes
    engine.start()
    engine.end()
    assert journal.flushes == before + 1
    assert [each.seq for each in engine.listener.heard] == list(range(1, 102))
    assert outside(list(journal.read()))[1:] == [("time_passed", hour) for hour in range(1, 101)]
    assert engine.error is None
    assert engine.state.status == "ended"


def test_no_flush_holds_more_facts_than_its_limit() -> None:
    journal = Unruly()
    engine = Engine(journal, limit=10)
    engine.put(*hours(1, 101))
    before = journal.flushes
    engine.start()
    engine.end()
    assert journal.flushes == before + 10


def test_a_fact_alone_does_not_wait_for_others() -> None:
    engine = Engine(Unruly())
    engine.start()
    engine.put(*hours(1, 2))
    until(lambda: len(engine.listener.heard) == 2)
    assert engine.state.status == "running"
    engine.end()


def test_the_grouped_loop_decides_as_the_loop_that_flushes_every_step() -> None:
    chosen = world(4, 120)
    facts = one_by_one(chosen.facts())
    start = started(chosen.opened, replace(LIVELY, gate=None))
    single, grouped = Unruly(), Unruly()
    alone = ReactiveBot(start, single, EventDispatcher())
    together = ReactiveBot(start, grouped, EventDispatcher())
    inbox = Inbox()
    for fact in facts:
        alone.take(fact)
        inbox.put(fact)
    inbox.close()
    EngineLoop(together, inbox, SystemClock(), limit=7).run()
    assert snapshot.encode(together.mind) == snapshot.encode(alone.mind)
    assert [row.hash for row in grouped.read()] == [row.hash for row in single.read()]


def test_at_the_end_the_state_is_kept() -> None:
    journal = Unruly()
    engine = Engine(journal)
    engine.put(*hours(1, 5))
    engine.start()
    engine.end()
    kept = journal.snapshot()
    assert kept is not None
    assert (kept.seq, kept.state) == (5, snapshot.encode(engine.bot.mind))


def test_while_the_journal_refuses_nobody_is_told_and_facts_keep_their_order() -> None:
    journal = Unruly()
    engine = Engine(journal)
    engine.start()
    journal.trouble = JournalError("run.db: the disk is full: free some space")
    engine.put(*hours(1, 4))
    until(lambda: engine.state.status == "halted")
    state = engine.state
    assert (state.because, state.waiting) == ("run.db: the disk is full: free some space", 3)
    assert len(engine.listener.heard) == 1
    engine.put(*hours(4, 6))
    engine.put(pause(6))
    until(lambda: len(engine.inbox) == 2)
    assert engine.state.waiting == 6
    journal.trouble = None
    until(lambda: engine.state == engine.state._replace(status="running", waiting=0))
    engine.end()
    assert outside(list(journal.read())) == [
        ("engine_started", 0), ("pause", 6), *[("time_passed", hour) for hour in range(1, 6)],
    ]  # fmt: skip
    assert engine.bot.mind.adaptation.paused
    assert [each.seq for each in engine.listener.heard] == list(range(1, engine.bot.facts + 1))


def test_a_halt_is_as_old_as_its_first_refusal() -> None:
    journal = Unruly()
    engine = Engine(journal)
    engine.start()
    journal.trouble = JournalError("full")
    engine.put(*hours(1, 2))
    until(lambda: engine.state.status == "halted")
    since, attempts = engine.state.since, journal.attempts
    until(lambda: journal.attempts >= attempts + 2)
    assert engine.state.since == since
    engine.end()


def test_when_the_journal_refuses_to_the_end_its_complaint_ends_the_run() -> None:
    journal = Unruly()
    engine = Engine(journal)
    engine.start()
    journal.trouble = JournalError("full: free some space")
    engine.put(*hours(1, 4))
    until(lambda: engine.state.status == "halted")
    engine.end()
    assert str(engine.error) == "full: free some space"
    assert (engine.state.status, engine.state.because) == ("ended", "full: free some space")
    assert len(list(journal.read())) == 1


def test_a_journal_that_was_lost_ends_the_run_at_once() -> None:
    journal = Unruly()
    engine = Engine(journal)
    engine.start()
    journal.trouble = JournalLostError("the connection was cut: start again")
    engine.put(*hours(1, 2))
    until(lambda: engine.state.status == "ended")
    assert str(engine.error) == "the connection was cut: start again"
    engine.end()


def test_a_flush_that_does_not_come_back_is_seen_from_outside() -> None:
    journal = Unruly()
    engine = Engine(journal)
    engine.start()
    journal.free.clear()
    engine.put(*hours(1, 2))
    until(lambda: engine.state.status == "stalled")
    state = engine.state
    assert "does not answer" in state.because
    assert SystemClock().now() - state.since >= STALL * 1_000_000
    journal.free.set()
    until(lambda: engine.state.status == "running")
    engine.end()
    assert len(list(journal.read())) == 2


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with mounted(tmp_path / "disk", "1m") as disk:
        yield disk


def test_on_a_full_disk_the_engine_halts_and_goes_on_when_there_is_room(small_disk: Path) -> None:
    path, ballast = small_disk / "run.db", small_disk / "ballast"
    ballast.write_bytes(bytes(400_000))
    journal = SqliteJournal.open(path, "test", SystemClock())
    engine = Engine(journal)
    engine.start()
    given, number = list[Outside](), 0
    while engine.state.status != "halted":
        number += 1
        given.append(inject(Micros(OPENED + number * HOUR), "volatility_spike"))
        engine.put(given[-1])
        until(lambda: engine.state.waiting < 5 or engine.state.status == "halted")
    assert "the disk is full: free some space" in engine.state.because
    heard = engine.listener.heard[-1].seq
    engine.put(*(given := [*given, *hours(number + 1, number + 9)])[-8:])
    engine.put(pause(number + 9))
    assert engine.listener.heard[-1].seq == heard
    ballast.unlink()
    until(lambda: engine.state.status == "running" and engine.state.waiting == 0)
    engine.end()
    assert engine.error is None

    rows = list(journal.read())
    assert verify(rows) is None
    told = outside(rows)[1:]
    assert told.count(("pause", number + 9)) == 1
    assert [each for each in told if each[0] != "pause"] == [
        (str(fact.__struct_config__.tag), (fact.at - OPENED) // HOUR) for fact in given
    ]
    assert [each.seq for each in engine.listener.heard] == [row.seq for row in rows]
    assert replayed(rows, {}, compare=True).differences == ()
    journal.close()
