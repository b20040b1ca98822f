"""A journal is replayed through the same fold, and told apart from what it should be."""

from __future__ import annotations

from functools import lru_cache

import msgspec
import pytest
from msgspec.structs import replace

from tests.builders.market import LIVELY, started, world
from tests.builders.running import Run, run
from trimtab.records import snapshot
from trimtab.records.journal_row import JournalRow
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
        replayed(recorded().rows[1:], VERSIONS, compare=True)
