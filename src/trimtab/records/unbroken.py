"""Rows as long as their chain holds: what comes after a break may be anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trimtab.records.journal_row import GENESIS, JournalRow, verify


class Unbroken:
    """Rows from the first one on, up to the first fact from outside at or after a break.

    What the step in which it breaks led to is still given: that decisions differ shall be seen.
    """

    def __init__(self, rows: Iterable[JournalRow], *, check: bool) -> None:
        """`check`: look at the chain at all; else all rows are given."""
        self._rows = rows
        self._check = check
        self.seq = 0
        """Of the row that was read last."""
        self.count = 0
        self.broken_at: int | None = None
        """The seq of the first row that is missing, out of place or changed."""

    def __iter__(self) -> Iterator[JournalRow]:
        """Once."""
        before = GENESIS
        for row in self._rows:
            if self._check and self.broken_at is None:
                self.broken_at = verify((row,), self.seq, before)
                before = row.hash
            if self.broken_at is not None and row.causation_id is None:
                return
            self.seq = row.seq
            self.count += 1
            yield row
