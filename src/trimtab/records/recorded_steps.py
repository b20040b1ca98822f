"""A journal's rows as steps again: a fact from outside, and all that it led to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from trimtab.records.journal_row import JournalRow


class RecordedStep(NamedTuple):
    """As it stands in the journal."""

    outside: JournalRow
    derived: list[JournalRow]

    @property
    def last_seq(self) -> int:
        """Of the last fact that belongs to it."""
        return self.outside.seq + len(self.derived)


def steps_of(rows: Iterable[JournalRow]) -> Iterator[RecordedStep]:
    """The rows' steps, in order. What comes before the first fact from outside is left out."""
    step: RecordedStep | None = None
    for row in rows:
        if row.causation_id is None:
            if step is not None:
                yield step
            step = RecordedStep(row, [])
        elif step is not None:
            step.derived.append(row)
    if step is not None:
        yield step
