"""A journal's file while it is being written: in place, or under another name until the end."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Self

import apsw

from trimtab.adapters.sqlite.checkpointer import Checkpointer
from trimtab.adapters.sqlite.database import Pragmas, connect
from trimtab.adapters.sqlite.errors import JournalError, PathText, explained
from trimtab.adapters.sqlite.schema import LIVE, RECORDED, prepare
from trimtab.adapters.sqlite.writer_lock import WriterLock

_FLAGS = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE


class JournalFile:
    """The writer's connection, its lock, and what has to be done when it is closed."""

    def __init__(self, path: PathText, written: str, pragmas: Pragmas) -> None:
        """Opens or makes the file. Raises JournalError."""
        self.path = str(path)
        """Name of the file in the end."""
        self.written = written
        """Name of the file now."""
        self._lock = WriterLock.take(path)
        try:
            self.connection = connect(written, _FLAGS, pragmas)
            prepare(path, self.connection)
        except BaseException as error:
            self._lock.release()
            if isinstance(error, apsw.Error):
                raise explained(path, error) from None
            raise
        self._checkpointer = Checkpointer(written, self.connection) if pragmas is LIVE else None

    @classmethod
    def live(cls, path: PathText) -> Self:
        """Written in place, new or gone on with; each commit survives a power cut."""
        return cls(path, str(path), LIVE)

    @classmethod
    def recorded(cls, path: PathText, *, replace: bool) -> Self:
        """Written as ``PATH.partial``, which gets its name when it is complete and on disk."""
        if Path(path).exists() and not replace:
            raise JournalError(f"{path}: exists already: name another file, or remove it")
        partial = f"{path}.partial"
        Path(partial).unlink(missing_ok=True)  # of a run that was broken off
        return cls(path, partial, RECORDED)

    def close(self) -> None:
        """Lets go of the file; one that was partial is complete now."""
        self._disconnect()
        if self.written != self.path:
            _synchronise(self.written)
            Path(self.written).replace(self.path)
            _synchronise(str(Path(self.path).parent))
        self._lock.release()

    def abandon(self) -> None:
        """Lets go of the file; one that is partial is removed."""
        self._disconnect()
        if self.written != self.path:
            Path(self.written).unlink(missing_ok=True)
        self._lock.release()

    def _disconnect(self) -> None:
        if self._checkpointer:
            self._checkpointer.close()
        self.connection.close()


def _synchronise(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
