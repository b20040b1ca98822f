"""Moves what is in the write-ahead log into the journal's file, beside the writer."""

from __future__ import annotations

from threading import Event, Thread

import apsw

from trimtab.adapters.sqlite.database import Database, connect
from trimtab.adapters.sqlite.errors import PathText

LONG = 4_000 << 12
"""Bytes of the log at which a checkpoint is asked for."""

FULL = 5_500 << 12
"""Bytes of the log, just within what is grown beforehand, at which the writer helps out."""


class Checkpointer:
    """A thread with a connection of its own, beside which the writer goes on.

    The log begins anew when all of it is moved. A busy writer is always a commit ahead of the
    thread, so it moves the little that is left itself; else the log would grow for ever.
    """

    def __init__(self, path: PathText, writer: Database) -> None:
        self._connection = connect(path, apsw.SQLITE_OPEN_READWRITE)
        self._connection.pragma("schema_version")  # only who has read knows that there is a log
        self._page_bytes = int(writer.pragma("page_size"))
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

    def _committed(self, writer: Database, _: str, pages: int) -> int:
        if pages * self._page_bytes >= FULL:
            _checkpoint(writer)
        elif pages * self._page_bytes >= LONG:
            self._wanted.set()
        return apsw.SQLITE_OK

    def _run(self) -> None:
        while self._wanted.wait() and not self._closing:
            self._wanted.clear()
            _checkpoint(self._connection)


def _checkpoint(database: Database) -> None:
    try:
        database.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
    except apsw.Error:  # the log only grows a little longer; the next commit tries again
        return
