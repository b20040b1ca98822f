"""A journal for runs of which only the end is wanted."""

from __future__ import annotations

from collections.abc import Iterator

from trimtab.ports import Condition, JournalError, Step
from trimtab.records.journal_row import JournalRow, StoredFact
from trimtab.records.snapshot import Snapshot


class NoJournal:
    """Counts facts and keeps none."""

    def __init__(self) -> None:
        self._seq = 0

    def append(self, step: Step, fail_if: Condition | None = None) -> int:
        if fail_if is not None:
            raise JournalError("no journal is kept: a condition on it cannot be checked")
        self._seq += 1 + len(step.derived)
        return self._seq

    def flush(self) -> int:
        return self._seq

    def keep(self, snapshot: Snapshot) -> None:
        del snapshot

    def read(self, after: int = 0, until: int | None = None) -> Iterator[JournalRow]:
        del after, until
        return iter(())

    def stored(self, after: int = 0, until: int | None = None) -> Iterator[StoredFact]:
        del after, until
        return iter(())

    def snapshot(self, until: int | None = None) -> Snapshot | None:
        del until
        return None

    def close(self) -> None:
        """Nothing is held."""
