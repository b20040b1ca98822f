"""A journal is replayed through the same fold, and told apart from what it should be."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from tests.builders.market import LIVELY, started, world
from tests.builders.running import Run, run
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.memory.event_store import MemoryJournal
from trimtab.domain.units import Micros
from trimtab.records import snapshot
from trimtab.records.journal_row import JournalRow
from trimtab.runtime.event_dispatcher import EventDispatcher
from trimtab.runtime.reactive_bot import Past, ReactiveBot
from trimtab.runtime.rebuilding import rebuilt, verified
from trimtab.runtime.replay import replayed

VERSIONS = {"trimtab": "1"}


@lru_cache(maxsize=1)
def recorded() -> Run:
    small = world(5, 150)
    start = started(small.opened, replace(LIVELY, gate=None))
    return run(replace(start, versions=VERSIONS), small.facts())


def first_derived(rows: list[JournalRow], kind: str) -> int:
    return next(number for number, row in enumerate(rows) if row.type == kind)


def changed(row: JournalRow, **fields: object) -> JournalRow:
    payload = msgspec.json.decode(row.payload) | fields
    return replace(row, payload=msgspec.json.encode(payload).decode())


def test_a_fresh_journal_comes_out_as_it_was_recorded() -> None:
    rows = recorded().rows
    again = replayed(rows, VERSIONS, compare=True)
    assert again.differences == ()
    assert again.compared
    assert again.chain_broken_at is None
    assert snapshot.encode(again.mind) == snapshot.encode(recorded().mind)
    assert again.outside == sum(row.causation_id is None for row in rows)
    assert again.derived == len(recorded().derived) > 100


def test_a_changed_decision_is_named_and_the_chain_is_broken_there() -> None:
    rows = list(recorded().rows)
    place = first_derived(rows, "order_intended")
    rows[place] = changed(rows[place], because="no reason at all")
    again = replayed(rows, VERSIONS, compare=True)
    assert [one.seq for one in again.differences] == [rows[place].seq]
    stored, derived = again.differences[0].stored, again.differences[0].derived
    assert stored is not None
    assert "no reason at all" in stored
    assert derived == recorded().rows[place].payload
    assert again.chain_broken_at == rows[place].seq


def test_a_decision_that_is_missing_is_named() -> None:
    rows = list(recorded().rows)
    place = first_derived(rows, "forecasts_weighed")
    last = next(
        number for number in range(place, len(rows)) if rows[number + 1].causation_id is None
    )
    lost = rows.pop(last)
    again = replayed(rows, VERSIONS, compare=True)
    assert [(one.seq, one.stored) for one in again.differences] == [(lost.seq, None)]


def test_an_id_that_was_changed_is_a_difference() -> None:
    rows = list(recorded().rows)
    place = first_derived(rows, "order_intended")
    rows[place] = replace(rows[place], event_id="00000000-0000-7000-8000-000000000000")
    assert [one.seq for one in replayed(rows, VERSIONS, compare=True).differences] == [
        rows[place].seq
    ]


def test_another_version_may_decide_otherwise() -> None:
    rows = list(recorded().rows)
    place = first_derived(rows, "order_intended")
    rows[place] = changed(rows[place], because="an older version's words")
    again = replayed(rows, {"trimtab": "2"}, compare=True)
    assert not again.compared
    assert again.differences == ()


def test_without_comparing_only_the_state_is_rebuilt() -> None:
    again = replayed(recorded().rows, VERSIONS, compare=False)
    assert not again.compared
    assert snapshot.encode(again.mind) == snapshot.encode(recorded().mind)


def test_a_journal_without_a_beginning_is_refused() -> None:
    with pytest.raises(ValueError, match="begins with bars_closed, not with engine_started"):
        replayed(recorded().rows[1:], VERSIONS, compare=False)
    with pytest.raises(ValueError, match="the chain is broken at its first row"):
        replayed(recorded().rows[1:], VERSIONS, compare=True)


def with_states(every: int) -> tuple[MemoryJournal, ReactiveBot]:
    """A journal in which states were kept."""
    small = world(5, 150)
    start = replace(started(small.opened, replace(LIVELY, gate=None)), versions=VERSIONS)
    journal = MemoryJournal(start.bot, StandingClock(start.at))
    bot = ReactiveBot(start, journal, EventDispatcher(), snapshot_every=every)
    for fact in small.facts():
        bot.take(fact)
    bot.finish()
    return journal, bot


def test_every_state_that_was_kept_comes_out_again() -> None:
    journal, bot = with_states(40)
    again = verified(journal, VERSIONS)
    assert again.equal_snapshots == len(journal.snapshots()) > 3
    assert again.different_snapshots == ()
    assert again.state_hash == snapshot.hash_of(snapshot.encode(bot.mind))
    assert (again.seq, again.rows, again.starts) == (bot.facts, bot.facts, 1)


def test_a_state_that_was_kept_otherwise_is_named() -> None:
    journal, bot = with_states(1_000_000)
    other = replace(bot.mind, stopped=True)
    journal.keep(snapshot.taken(bot.facts, bot.mind.instant, VERSIONS, other))
    again = verified(journal, VERSIONS)
    assert (again.equal_snapshots, again.different_snapshots) == (0, (bot.facts,))


def test_the_state_at_any_place_is_the_same_from_a_kept_one_as_from_the_beginning() -> None:
    journal, bot = with_states(40)
    for until in range(bot.facts - 40, bot.facts + 1):  # at least two states are kept
        short, whole = rebuilt(journal, VERSIONS, until), verified(journal, VERSIONS, until)
        assert short.state_hash == whole.state_hash
        assert short.rows < whole.rows
        assert whole.differences == ()


def another_version_before(journal: MemoryJournal, bot: ReactiveBot) -> list[JournalRow]:
    """The journal, gone on with by version 2."""
    start = replace(bot.mind.started, at=bot.mind.instant, versions={"trimtab": "2"})
    second = ReactiveBot(start, journal, EventDispatcher(), past=Past(bot.mind, bot.facts))
    for fact in world(9, 60).facts():
        second.take(replace(fact, at=Micros(fact.at + bot.mind.books.closed - world(9).opened)))
    second.finish()
    return list(journal.read())


def test_after_another_version_a_kept_state_makes_the_rest_comparable() -> None:
    journal, bot = with_states(1_000_000)
    rows = another_version_before(journal, bot)
    assert rows[bot.facts].type == "engine_started"
    again = verified(journal, {"trimtab": "2"})
    assert (again.starts, again.different, again.compared) == (2, 0, False)
    assert again.not_compared == len(recorded().derived)
    assert again.equal_snapshots == 1
    place = next(n for n in range(bot.facts, len(rows)) if rows[n].causation_id is not None)
    rows[place] = changed(rows[place], at=1)
    states = [kept for kept in (journal.snapshot(bot.facts),) if kept is not None]
    named = replayed(rows, {"trimtab": "2"}, compare=True, kept=states)
    assert [one.seq for one in named.differences] == [place + 1]


def test_without_a_kept_state_what_follows_another_version_is_not_compared() -> None:
    journal, bot = with_states(1_000_000)
    rows = another_version_before(journal, bot)
    again = replayed(rows, {"trimtab": "2"}, compare=True)
    assert not again.compared
    assert again.different == 0
    assert again.not_compared == sum(row.causation_id is not None for row in rows)
    place = next(n for n, row in enumerate(rows) if row.type == "funding_paid")
    rows[place] = changed(rows[place], at=1)
    assert replayed(rows, {"trimtab": "2"}, compare=True).chain_broken_at == place + 1


def test_the_state_of_an_older_schemas_journal_can_still_be_had() -> None:
    old = Path(__file__).parents[1] / "records" / "journal_of_schema_0.jsonl"
    lines = old.read_bytes().splitlines()
    rows = [msgspec.json.decode(line, type=JournalRow) for line in lines]
    again = replayed(rows, {"trimtab": "0.1.0"}, compare=True)
    assert (again.rows, again.chain_broken_at, again.compared) == (len(rows), None, False)
    assert again.mind.books.closed == max(row.at for row in rows if row.type == "bars_closed")
