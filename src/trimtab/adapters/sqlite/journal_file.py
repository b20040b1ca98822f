"""A journal's file while it is being written: in place, or under another name until the end."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import apsw

from trimtab.adapters.disk import put_in_place
from trimtab.adapters.sqlite.checkpointer import Checkpointer
from trimtab.adapters.sqlite.database import Database, connect
from trimtab.adapters.sqlite.errors import PathText, explained
from trimtab.adapters.sqlite.schema import LIVE, RECORDED, Pragmas, Synchronous, prepare
from trimtab.adapters.sqlite.write_ahead_log import grow
from trimtab.adapters.sqlite.writer_lock import WriterLock
from trimtab.ports import JournalError

_FLAGS = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE


class JournalFile:
    """The writer's connection, its lock, and what has to be done when it is closed."""

    def __init__(
        self, path: PathText, lock: WriterLock, pragmas: Pragmas, written: PathText | None = None
    ) -> None:
        """Raises JournalError or apsw.Error."""
        self.path = str(path)
        """Name of the file in the end."""
        self.written = str(written or path)
        """Name of the file now."""
        self.connection = _prepared(path, self.written, pragmas)
        self._lock = lock
        self._checkpointer: Checkpointer | None = None
        self._connected = True

    @classmethod
    def live(cls, path: PathText, synchronous: Synchronous = "FULL") -> Self:
        """Written in place, new or gone on with; with FULL each commit survives a power cut."""
        with _lock_taken(path) as lock:
            file = cls(path, lock, {**LIVE, "synchronous": synchronous})
            try:
                grow(path, file.connection)
                file._checkpointer = Checkpointer(path, file.connection)
            except BaseException:
                file.connection.close()
                raise
            return file

    @classmethod
    def recorded(cls, path: PathText, *, replace: bool) -> Self:
        """Written as ``PATH.partial``, which gets its name when it is complete and on disk."""
        with _lock_taken(path) as lock:
            if Path(path).exists() and not replace:
                raise JournalError(f"{path}: exists already: name another file, or remove it")
            partial = Path(f"{path}.partial")
            partial.unlink(missing_ok=True)  # of a run that was broken off
            return cls(path, lock, RECORDED, partial)

    def close(self) -> None:
        """Lets go of the file; one that was partial is complete now. Once is enough."""
        if self._disconnected() and self.written != self.path:
            put_in_place(Path(self.written), Path(self.path))
        self._lock.release()

    def abandon(self) -> None:
        """Lets go of the file; one that is partial is removed. Once is enough."""
        if self._disconnected() and self.written != self.path:
            Path(self.written).unlink(missing_ok=True)
        self._lock.release()

    def _disconnected(self) -> bool:
        """Whether there was a connection to close."""
        if not self._connected:
            return False
        self._connected = False
        if self._checkpointer:
            self._checkpointer.close()
            _without_log(self.connection)
        self.connection.close()
        return True


@contextmanager
def _lock_taken(path: PathText) -> Generator[WriterLock]:
    """The lock, which is given back if what is to be done under it fails."""
    lock = WriterLock.take(path)
    try:
        yield lock
    except BaseException as error:
        lock.release()
        if isinstance(error, apsw.Error):
            raise explained(path, error) from error
        raise


def _prepared(path: PathText, written: str, pragmas: Pragmas) -> Database:
    database = connect(written, _FLAGS)
    try:
        prepare(path, database, pragmas)
    except BaseException:
        database.close()
        raise
    return database


def _without_log(database: Database) -> None:
    """One plain file, which may be copied and be read where nothing may be written."""
    try:
        database.set_busy_timeout(0)
        database.pragma("journal_mode", "DELETE")
    except apsw.Error:  # somebody reads: then the log stays, and is part of the journal
        return
