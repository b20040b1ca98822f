"""Rows on PostgreSQL are the rows of any journal, byte for byte, whatever people write."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.builders.postgres import Server
from tests.contracts.journals import BOT, busy, hour, quiet, write
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.memory.event_store import MemoryJournal
from trimtab.adapters.postgres.event_store import PostgresJournal
from trimtab.domain.commands import Pause
from trimtab.domain.units import Micros
from trimtab.ports import JournalError, Step
from trimtab.records.journal_row import verify

CLOCK = StandingClock(Micros(1_704_100_000_000_000))

words = some.text(some.characters(exclude_categories=["Cs"]))
names = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def said(actor: str, reason: str) -> Step:
    return Step(Pause(hour(1), actor=actor, reason=reason), hour(1), 0, ())


@settings(max_examples=30)
@given(some.lists(some.tuples(names, words, some.booleans()), min_size=1, max_size=5))
def test_every_text_and_every_grouping_gives_the_same_rows(
    postgres: Server, told: list[tuple[str, str, bool]]
) -> None:
    journal, model = (
        PostgresJournal.open(postgres.place(), BOT, CLOCK),
        MemoryJournal(BOT, CLOCK),
    )
    for actor, reason, flushed in told:
        journal.append(said(actor, reason))
        model.append(said(actor, reason))
        if flushed:
            journal.flush()
    rows = write(journal)
    assert rows == write(model)
    assert verify(rows) is None
    journal.close()


def test_a_name_that_postgresql_cannot_keep_is_refused_and_nothing_is_written(
    postgres: Server,
) -> None:
    journal = PostgresJournal.open(postgres.place(), BOT, CLOCK)
    before = write(journal, quiet(1))
    with pytest.raises(JournalError, match="a text holds a character that PostgreSQL cannot keep"):
        write(journal, busy(2), said("a\0b", "why not"))
    assert list(journal.read()) == before
    assert len(write(journal, busy(3))) == 5
    journal.close()
