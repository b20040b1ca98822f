"""The journal on disk, in SQLite: one writer, whole steps, durable before anybody acts."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Self

import apsw
from msgspec.structs import astuple

from trimtab.adapters.sqlite import snapshots
from trimtab.adapters.sqlite.conditions import Guard, check
from trimtab.adapters.sqlite.database import transaction
from trimtab.adapters.sqlite.errors import PathText, explained
from trimtab.adapters.sqlite.journal_file import JournalFile
from trimtab.adapters.sqlite.journal_reader import JournalReader
from trimtab.adapters.sqlite.schema import INSERT, Synchronous
from trimtab.ports import Clock, Condition, JournalError, Step
from trimtab.records.adopting import NotOurChainError, continued
from trimtab.records.archive import Fill
from trimtab.records.journal_row import GENESIS, JournalRow, StoredFact, content_of, hash_of
from trimtab.records.journal_row_maker import Received, RowMaker
from trimtab.records.snapshot import Snapshot


class SqliteJournal:
    """Keeps ports.Journal. `open` serves a bot that runs live, `create` a recorded run.

    When something cannot be written, JournalError is raised and the journal falls back to its last
    durable step: what had been appended since is forgotten, and the chain goes on from there.
    """

    def __init__(
        self,
        file: JournalFile,
        bot: str,
        clock: Clock,
        group: int | None = None,
        fill: Fill | None = None,
    ) -> None:
        """`group`: rows after which steps are written out, ahead of the commit by `flush`."""
        self._file = file
        self._connection = file.connection
        self._now = clock.now
        self._group = group
        self._pending: list[Received] = []
        self._guards: list[Guard] = []
        self._bot = bot
        try:
            self._reader = JournalReader(file.written, fill)
            self._durable = self._maker = self._end_of_chain(bot)
        except BaseException:
            file.abandon()
            raise
        self._seq = self._durable.seq

    @classmethod
    def open(
        cls,
        path: PathText,
        bot: str,
        clock: Clock,
        fill: Fill | None = None,
        synchronous: Synchronous = "FULL",
    ) -> Self:
        """Goes on with the journal at `path`, or begins it; every flush survives a power cut.

        `fill` gives what is read its archived payloads back. With NORMAL a power cut may cost the
        last facts. Raises JournalError: foreign or damaged file, no such folder, another writer.
        """
        return cls(JournalFile.live(path, synchronous), bot, clock, fill=fill)

    @classmethod
    def create(
        cls, path: PathText, bot: str, clock: Clock, *, group: int = 4_096, replace: bool = False
    ) -> Self:
        """A journal that gets its name only when it is closed: all of a run, or nothing.

        Fast, because only `close` waits for the disk. Raises JournalError, also when the file
        exists and is not to be replaced.
        """
        return cls(JournalFile.recorded(path, replace=replace), bot, clock, group)

    def append(self, step: Step, fail_if: Condition | None = None) -> int:
        """The seq of the step's last fact. Durable after `flush`. Raises JournalError."""
        if fail_if is not None:
            self._guards.append(Guard.of(fail_if, self._bot, self._seq, self._file.path))
        self._pending.append((self._now(), step))
        self._seq += 1 + len(step.derived)
        if self._group and self._seq - self._maker.seq >= self._group:
            with self._whole_or_forgotten():
                self._write()
        return self._seq

    def flush(self) -> int:
        """Commits everything appended; the last durable seq. Raises JournalError, RefusedError."""
        if self._seq > self._durable.seq:
            with self._whole_or_forgotten():
                self._write()
                check(self._connection, self._guards)
                self._connection.execute("COMMIT")
                self._guards.clear()
                self._durable = self._maker
        return self._seq

    def adopt(self, rows: Iterable[JournalRow]) -> int:
        """Takes over rows of another store that go on from ours; the last durable seq.

        All of them or none. Raises JournalError.
        """
        self.flush()
        maker = self._maker.copy()
        with self._whole_or_forgotten():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._connection.executemany(INSERT, map(astuple, continued(rows, maker)))
            except NotOurChainError as error:
                raise JournalError(f"{self._file.path}: {error}: take another copy") from error
            self._connection.execute("COMMIT")
            self._durable = self._maker = maker
            self._seq = maker.seq
        return self._seq

    def keep(self, snapshot: Snapshot) -> None:
        """As ports.Journal has it; durable on return. In a recorded run it may flush first.

        Raises JournalError, and ValueError if its seq is not durable.
        """
        if snapshot.seq > self._durable.seq:
            raise ValueError(f"a snapshot of seq {snapshot.seq}: {self._durable.seq} is durable")
        if self._connection.in_transaction:  # rows written ahead: they may not take this along
            self.flush()
        with self._explaining(), transaction(self._connection):
            snapshots.store(self._connection, snapshot)

    def read(self, after: int = 0, until: int | None = None) -> Iterator[JournalRow]:
        """Durable rows in order: `after` < seq <= `until`. Raises JournalError."""
        return self._reader.read(after, until)

    def stored(self, after: int = 0, until: int | None = None) -> Iterator[StoredFact]:
        """As `read`, only what facts are read from. Raises JournalError."""
        return self._reader.stored(after, until)

    def snapshot(self, until: int | None = None) -> Snapshot | None:
        """The newest whole snapshot at or before `until`. Raises JournalError."""
        return self._reader.snapshot(until)

    def close(self) -> None:
        """Flushes and lets go of the file. Raises JournalError."""
        try:
            self.flush()
        except BaseException:
            self.abandon()
            raise
        self._reader.close()
        self._file.close()

    def abandon(self) -> None:
        """Lets go without flushing; the unfinished file of a recorded run is removed."""
        self._reader.close()
        self._file.abandon()

    def _end_of_chain(self, bot: str) -> RowMaker:
        last = self._reader.last()
        if last is None:
            return RowMaker(bot, 0, GENESIS)
        if hash_of(content_of(last)) != last.hash:
            raise JournalError(
                f"{self._file.path}: row {last.seq} was changed after it was written: "
                f"restore it from a copy"
            )
        return RowMaker(bot, last.seq, last.hash)

    def _write(self) -> None:
        if not self._connection.in_transaction:
            self._connection.execute("BEGIN IMMEDIATE")
        maker = self._maker.copy()
        self._connection.executemany(INSERT, maker.rows(self._pending))
        self._maker = maker
        self._pending.clear()

    @contextmanager
    def _whole_or_forgotten(self) -> Generator[None]:
        try:
            with self._explaining():
                yield
        except BaseException:
            self._fall_back()
            raise

    @contextmanager
    def _explaining(self) -> Generator[None]:
        try:
            yield
        except apsw.Error as error:
            raise explained(self._file.path, error) from error

    def _fall_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        self._pending.clear()
        self._guards.clear()
        self._maker = self._durable
        self._seq = self._durable.seq
