"""Journals of older versions are read as if written today; those of newer ones are refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from tests.builders.market import started
from tests.builders.running import Run, run
from trimtab.adaptation.changes import applied
from trimtab.domain.canonical import decode, encode
from trimtab.domain.commands import Pause, Resume
from trimtab.domain.configuration import Configuration
from trimtab.domain.decisions import AdaptationApplied
from trimtab.domain.facts import Fact, Outside
from trimtab.domain.observations import SCHEMA, EngineStarted
from trimtab.domain.units import Micros
from trimtab.records.journal_row import JournalRow, StoredFact, stored_of, verify
from trimtab.records.upcasting import (
    UPCASTERS,
    FactReader,
    SchemaError,
    Stored,
    facts_after,
    facts_of,
    schema_at,
)

OLD = Path(__file__).with_name("journal_of_schema_0.jsonl")
"""Recorded by the version that did not yet tell its schema."""

NOON = Micros(1_704_110_400_000_000)


def old_rows() -> list[JournalRow]:
    lines = OLD.read_bytes().splitlines()
    return [msgspec.json.decode(line, type=JournalRow) for line in lines]


def short_run() -> Run:
    orders: list[Outside] = [Pause(NOON, "ada", "lunch"), Resume(NOON, "ada", "back")]
    return run(started(NOON), orders)


class Journal:
    """Rows that can be read from any place."""

    def __init__(self, rows: list[JournalRow]) -> None:
        self.rows = rows
        self.asked = 0

    def stored(self, after: int = 0, until: int | None = None) -> Iterator[StoredFact]:
        for row in self.rows[after:until]:
            self.asked += 1
            yield stored_of(row)


def with_schema(row: JournalRow, schema: int) -> JournalRow:
    fields = msgspec.json.decode(row.payload) | {"schema": schema}
    return replace(row, payload=msgspec.json.encode(fields).decode())


def test_there_is_a_step_from_every_schema_to_the_next() -> None:
    assert len(UPCASTERS) == SCHEMA


def test_a_journal_of_the_version_before_is_still_whole_and_every_fact_of_it_is_read() -> None:
    rows = old_rows()
    assert verify(rows) is None
    assert "schema" not in msgspec.json.decode(rows[0].payload)
    facts = list(facts_of(map(stored_of, rows)))
    assert [seq for seq, _ in facts] == [row.seq for row in rows]
    assert [fact.at for _, fact in facts] == [row.at for row in rows]
    assert len({type(fact) for _, fact in facts}) > 30
    first = facts[0].fact
    assert isinstance(first, EngineStarted)
    assert first.schema == 0


def test_a_change_that_was_stored_with_whole_configurations_tells_what_it_changed() -> None:
    stored = [row for row in old_rows() if row.type == "adaptation_applied"]
    facts = [FactReader(schema=0).fact(row) for row in stored]
    assert len(facts) > 1
    for row, fact in zip(stored, facts, strict=True):
        assert isinstance(fact, AdaptationApplied)
        before, after = (
            msgspec.convert(msgspec.json.decode(row.payload)[when], Configuration)
            for when in ("before", "after")
        )
        assert applied(before, fact.change) == after
        assert applied(after, fact.inverse) == before
        assert fact.leverage == before.risk.leverage


def test_what_was_stored_in_our_own_schema_is_decoded_as_it_is() -> None:
    rows = short_run().rows
    assert [encode(fact) for _, fact in facts_of(map(stored_of, rows))] == [
        row.payload.encode() for row in rows
    ]
    assert list(facts_after(Journal(rows), 2)) == [(r.seq, decode(r.payload)) for r in rows[2:]]


def test_a_newer_schema_is_named_with_ours_and_the_mend() -> None:
    rows = short_run().rows
    newer = with_schema(rows[0], SCHEMA + 1)
    words = f"seq 1: stored under schema {SCHEMA + 1}, .* up to {SCHEMA}: use the program that"
    with pytest.raises(SchemaError, match=words):
        list(facts_of(map(stored_of, [newer, *rows[1:]])))


def shouted(kind: str, fields: dict[str, Any]) -> Stored:
    """From schema 0: reasons were written small."""
    return kind, {**fields, "reason": fields["reason"].upper()} if "reason" in fields else fields


def without_resume(kind: str, fields: dict[str, Any]) -> Stored | None:
    """From schema 1: a resume no longer means anything, and a pause is called otherwise."""
    if kind == "resume":
        return None
    return (
        ("safety_paused", {"at": fields["at"], "by": "x", "because": fields["reason"]})
        if (kind == "pause")
        else (kind, fields)
    )


def read_under(schema: int) -> list[Fact | None]:
    rows = short_run().rows
    reader = FactReader(0, (shouted, without_resume), newest=2)
    return [reader.fact(row) for row in [with_schema(rows[0], schema), *rows[1:]]]


def test_an_old_fact_goes_through_every_step_and_may_change_its_type_or_vanish() -> None:
    kinds = [None if fact is None else fact.__struct_config__.tag for fact in read_under(0)]
    assert kinds == ["engine_started", "safety_paused", "safety_paused", None, "safety_resumed"]
    assert getattr(read_under(0)[1], "because", "") == "LUNCH"
    assert getattr(read_under(1)[1], "because", "") == "lunch"
    assert [each.at for each in read_under(2) if isinstance(each, Pause | Resume)] == [NOON] * 2


def test_an_upgrade_in_the_middle_ends_the_older_form() -> None:
    reader = FactReader(0, (shouted, without_resume), newest=2)
    rows = short_run().rows
    old = [reader.fact(row) for row in [with_schema(rows[0], 0), *rows[1:3]]]
    new = [reader.fact(row) for row in [with_schema(rows[0], 2), *rows[1:3]]]
    assert [isinstance(fact, Pause) for fact in old] == [False, False, False]
    assert [isinstance(fact, Pause) for fact in new] == [False, True, False]


@given(some.integers(0, 200))
def test_from_any_place_on_the_same_facts_are_read(after: int) -> None:
    old = old_rows()
    newer = [replace(row, seq=row.seq + len(old)) for row in short_run().rows]
    journal = Journal([*old, *newer])
    whole = list(facts_after(journal))
    part = list(facts_after(journal, after))
    assert [(s, encode(f)) for s, f in part] == [(s, encode(f)) for s, f in whole[after:]]


def test_a_journal_of_our_own_schema_need_not_be_looked_through() -> None:
    journal = Journal(short_run().rows)
    assert schema_at(journal, 4) == SCHEMA
    assert journal.asked == 1
    assert schema_at(Journal(old_rows()), 50) == 0
