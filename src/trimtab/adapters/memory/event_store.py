"""A journal in memory: quick to append to, and row for row what the durable one would hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from msgspec.structs import replace

from trimtab.ports import Clock, Condition, JournalError, RefusedError, Step
from trimtab.records.archive import Archive
from trimtab.records.journal_row import JournalRow, StoredFact, stored_of
from trimtab.records.journal_row_maker import Received, RowMaker
from trimtab.records.kept_states import is_whole, thinned
from trimtab.records.snapshot import Snapshot


class _Unless(NamedTuple):
    """A condition, and the last seq before the step that it guards."""

    condition: Condition
    before: int


class MemoryJournal:
    """Keeps ports.Journal and ports.History. Rows are made only when somebody reads them."""

    def __init__(self, bot: str, clock: Clock) -> None:
        self._bot = bot
        self._now = clock.now
        self._maker = RowMaker(bot)
        self._rows: list[JournalRow] = []
        self._snapshots: list[Snapshot] = []
        self._steps: list[Received] = []
        """Those without rows as yet."""
        self._conditions: list[_Unless] = []
        self._flushed_steps = 0
        self._seq = self._flushed_seq = 0

    def append(self, step: Step, fail_if: Condition | None = None) -> int:
        """The seq of the step's last fact; to be read after `flush`."""
        if fail_if is not None:
            self._guard(fail_if)
        self._steps.append((self._now(), step))
        self._seq += 1 + len(step.derived)
        return self._seq

    def flush(self) -> int:
        """Shows what was appended; the last seq. Raises RefusedError."""
        if self._conditions:
            self._check()
        self._flushed_steps = len(self._steps)
        self._flushed_seq = self._seq
        return self._seq

    def keep(self, snapshot: Snapshot) -> None:
        """As ports.Journal has it. Raises ValueError if the seq is not flushed."""
        if snapshot.seq > self._flushed_seq:
            raise ValueError(f"a snapshot of seq {snapshot.seq}: {self._flushed_seq} is the last")
        others = [each for each in self._snapshots if each.seq != snapshot.seq]
        self._snapshots = thinned(sorted([*others, snapshot], key=lambda each: each.seq))

    def read(self, after: int = 0, until: int | None = None) -> Iterator[JournalRow]:
        """Flushed rows in order: `after` < seq <= `until`."""
        self._make_rows()
        last = self._flushed_seq if until is None else min(until, self._flushed_seq)
        return islice(self._rows, after, max(after, last))

    def stored(self, after: int = 0, until: int | None = None) -> Iterator[StoredFact]:
        """As `read`, only what facts are read from."""
        return map(stored_of, self.read(after, until))

    def last(self) -> JournalRow | None:
        """The newest flushed row."""
        self._make_rows()
        return self._rows[-1] if self._rows else None

    def snapshot(self, until: int | None = None) -> Snapshot | None:
        """The newest with its state at or before `until`."""
        for each in reversed(self._snapshots):
            if (until is None or each.seq <= until) and is_whole(each):
                return each
        return None

    def snapshots(self) -> Sequence[Snapshot]:
        """All that were kept, oldest first, without their states."""
        return [replace(each, state=None) for each in self._snapshots]

    def archives(self) -> Sequence[Archive]:
        """None: nothing ever leaves."""
        return ()

    def close(self) -> None:
        """Flushes. What is in memory can still be read."""
        self.flush()

    def _guard(self, condition: Condition) -> None:
        if condition.bot not in (None, self._bot):
            raise JournalError(f"this journal holds {self._bot}, not {condition.bot}")
        self._conditions.append(_Unless(condition, self._seq))

    def _check(self) -> None:
        conditions, self._conditions = self._conditions, []
        self._make_rows()
        waiting = [JournalRow(*columns) for columns in self._maker.copy().rows(self._steps)]
        for (types, after, _), before in conditions:
            for row in [*self._rows[after:], *waiting]:
                if row.type in types and after < row.seq <= before:
                    self._steps.clear()
                    self._seq = self._flushed_seq
                    raise RefusedError(f"{row.type} stands at seq {row.seq}, after {after}")

    def _make_rows(self) -> None:
        maker = self._maker.copy()
        steps = self._steps[: self._flushed_steps]
        self._rows += [JournalRow(*columns) for columns in maker.rows(steps)]
        self._maker = maker
        del self._steps[: self._flushed_steps]
        self._flushed_steps = 0
