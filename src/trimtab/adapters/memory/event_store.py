"""A journal in memory: quick to append to, and row for row what the durable one would hold."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from trimtab.ports import Clock, Step
from trimtab.records.journal_row import JournalRow
from trimtab.records.journal_row_maker import Received, RowMaker


class MemoryJournal:
    """Keeps ports.Journal. Steps stay as they are until somebody reads; only then rows are made."""

    def __init__(self, bot: str, clock: Clock) -> None:
        self._now = clock.now
        self._maker = RowMaker(bot)
        self._rows: list[JournalRow] = []
        self._steps: list[Received] = []
        """Those without rows as yet."""
        self._flushed_steps = 0
        self._seq = self._flushed_seq = 0

    def append(self, step: Step) -> int:
        """The seq of the step's last fact; to be read after `flush`."""
        self._steps.append((self._now(), step))
        self._seq += 1 + len(step.derived)
        return self._seq

    def flush(self) -> int:
        """Shows what was appended; the last seq."""
        self._flushed_steps = len(self._steps)
        self._flushed_seq = self._seq
        return self._seq

    def read(self, after: int = 0, until: int | None = None) -> Iterator[JournalRow]:
        """Flushed rows in order: `after` < seq <= `until`."""
        self._make_rows()
        last = self._flushed_seq if until is None else min(until, self._flushed_seq)
        return islice(self._rows, after, max(after, last))

    def close(self) -> None:
        """Flushes. What is in memory can still be read."""
        self.flush()

    def _make_rows(self) -> None:
        maker = self._maker.copy()
        steps = self._steps[: self._flushed_steps]
        self._rows += [JournalRow(*columns) for columns in maker.rows(steps)]
        self._maker = maker
        del self._steps[: self._flushed_steps]
        self._flushed_steps = 0
