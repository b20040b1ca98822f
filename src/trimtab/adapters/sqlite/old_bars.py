"""The writer's place while old bars leave a journal: their rows stay, their contents go."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import apsw

from trimtab.adapters.sqlite import archives
from trimtab.adapters.sqlite.errors import PathText, explained
from trimtab.adapters.sqlite.journal_file import JournalFile
from trimtab.adapters.sqlite.schema import IN_WORDS
from trimtab.records.archive import ARCHIVED_TYPE, Archive
from trimtab.records.journal_row import JournalRow

_FIRST_TO_STAY = """
SELECT coalesce((SELECT seq FROM journal WHERE at >= ? ORDER BY seq LIMIT 1), max(seq))
FROM journal
"""
_OLDEST_STATE = "SELECT min(seq) FROM snapshots WHERE state IS NOT NULL"
_BARS = f"""
SELECT {IN_WORDS} FROM journal
WHERE seq > ? AND seq <= ? AND type = ? AND payload <> '' ORDER BY seq LIMIT ?
"""  # noqa: S608
_COUNT = "SELECT count(*) FROM journal WHERE seq <= ? AND type = ? AND payload <> ''"


class OldBars:
    """Holds the writer's lock from `open` to `close`."""

    def __init__(self, file: JournalFile) -> None:
        self._file = file
        self._database = file.connection

    @classmethod
    def open(cls, path: PathText) -> OldBars:
        """Raises JournalError: no journal, or a bot is writing it."""
        return cls(JournalFile.live(path))

    @property
    def origin(self) -> str:
        """The hash of the first row: no other journal has it. Raises JournalError."""
        with self._explaining():
            found = self._database.execute("SELECT hash FROM journal WHERE seq = 1").fetchall()
        return str(found[0][0]) if found else ""

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return Path(self._file.path).stat().st_size

    def last(self, before: int) -> int | None:
        """The seq up to which bars from before a moment (UTC) may go; None without a snapshot.

        A restart needs the rows after the oldest state that is kept, and the last row of all.
        """
        with self._explaining():
            ((state,),) = self._database.execute(_OLDEST_STATE).fetchall()
            ((stays,),) = self._database.execute(_FIRST_TO_STAY, (before,)).fetchall()
        return None if state is None else max(0, min(int(state), int(stays) - 1))

    def count(self, last: int) -> int:
        """How many rows have contents to give away."""
        with self._explaining():
            ((count,),) = self._database.execute(_COUNT, (last, ARCHIVED_TYPE)).fetchall()
        return int(count)

    def batches(self, last: int, size: int) -> Iterator[Sequence[JournalRow]]:
        """Their rows, in order; between two batches the one before may be forgotten."""
        after = 0
        while rows := self._batch(after, last, size):
            yield rows
            after = rows[-1].seq

    def forget(self, archive: Archive) -> None:
        """The archive's rows give their contents away. Raises JournalError."""
        with self._explaining():
            archives.forget(self._database, archive)

    def shrink(self) -> None:
        """Gives the room that became free back to the disk, which for a while needs twice as much.

        Raises JournalError.
        """
        with self._explaining():
            self._database.execute("VACUUM")
            self._database.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)

    def close(self) -> None:
        """Lets the next writer in."""
        self._file.close()

    def _batch(self, after: int, last: int, size: int) -> list[JournalRow]:
        with self._explaining():
            found = self._database.execute(_BARS, (after, last, ARCHIVED_TYPE, size)).fetchall()
        return [JournalRow(*row) for row in found]

    @contextmanager
    def _explaining(self) -> Generator[None]:
        try:
            yield
        except apsw.Error as error:
            raise explained(self._file.path, error) from None
