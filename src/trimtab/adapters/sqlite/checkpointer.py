"""Moves what is in the write-ahead log into the journal's file, beside the writer."""

from __future__ import annotations

from threading import Event, Thread

import apsw

from trimtab.adapters.sqlite.database import Database, connect
from trimtab.adapters.sqlite.errors import PathText

PAGES = 4_000
"""Length of the log at which a checkpoint is asked for."""


class Checkpointer:
    """A thread with a connection of its own. Its checkpoints never make the writer wait."""

    def __init__(self, path: PathText, writer: Database) -> None:
        self._connection = connect(path, apsw.SQLITE_OPEN_READWRITE)
        self._connection.pragma("schema_version")  # only who has read knows that there is a log
        self._wanted = Event()
        self._closing = False
        self._thread = Thread(target=self._run, name="journal checkpoints", daemon=True)
        writer.set_wal_hook(self._committed)
        self._thread.start()

    def close(self) -> None:
        """Ends the thread; a checkpoint under way is finished first."""
        self._closing = True
        self._wanted.set()
        self._thread.join()
        self._connection.close()

    def _committed(self, _: Database, __: str, pages: int) -> int:
        if pages >= PAGES:
            self._wanted.set()
        return apsw.SQLITE_OK

    def _run(self) -> None:
        while self._wanted.wait() and not self._closing:
            self._wanted.clear()
            self._checkpoint()

    def _checkpoint(self) -> None:
        try:
            self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
        except apsw.Error:  # the log only grows a little longer; the next commit asks again
            return
