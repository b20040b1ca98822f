"""A moment finds its place in the journal, as a search from the beginning would."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from hypothesis import given, settings
from hypothesis import strategies as some

from tests.builders.market import LIVELY, one_by_one, started, world
from tests.builders.operator import with_orders
from tests.builders.running import run
from trimtab.domain.units import HOUR, Micros
from trimtab.records.journal_row import JournalRow
from trimtab.records.seek import seq_at


class Journal:
    """Rows, and how many of them were read."""

    def __init__(self, rows: list[JournalRow]) -> None:
        self._rows = rows
        self.read_rows = 0

    def read(self, after: int = 0, until: int | None = None) -> Iterator[JournalRow]:
        for row in self._rows[after:until]:
            self.read_rows += 1
            yield row

    def last(self) -> JournalRow | None:
        return self._rows[-1] if self._rows else None


@lru_cache(maxsize=1)
def rows() -> list[JournalRow]:
    chosen = world(11, 150)
    return run(started(chosen.opened, LIVELY), one_by_one(with_orders(chosen.facts()))).rows


def searched(at: int) -> int:
    """All rows after the last bars in time, up to the first from outside that is later."""
    bars = [row.seq for row in rows() if row.type == "bars_closed" and row.at <= at]
    last = bars[-1] if bars else 0
    for row in rows()[last:]:
        if row.causation_id is None and row.at > at:
            break
        last = row.seq
    return last


@settings(max_examples=200)
@given(some.floats(-2.0, 160.0))
def test_a_moment_finds_its_place(hours: float) -> None:
    at = Micros(rows()[0].at + int(hours * HOUR))
    assert seq_at(Journal(rows()), at) == searched(at)


def test_the_moment_of_a_fact_takes_all_that_it_led_to() -> None:
    for row in rows():
        if row.causation_id is None:
            found = seq_at(Journal(rows()), Micros(row.at))
            assert found == len(rows()) or rows()[found].causation_id is None


def test_before_the_first_fact_there_is_nothing_and_after_the_last_there_is_all() -> None:
    journal = Journal(rows())
    assert seq_at(journal, Micros(rows()[0].at - 1)) == 0
    assert seq_at(journal, Micros(rows()[-1].at * 2)) == len(rows())
    assert seq_at(Journal([]), Micros(0)) == 0


def test_few_rows_are_read() -> None:
    journal = Journal(rows())
    seq_at(journal, Micros(rows()[len(rows()) // 2].at))
    assert journal.read_rows < len(rows()) / 4
