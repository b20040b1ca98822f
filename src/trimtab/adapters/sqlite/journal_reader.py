"""Reading a journal, also one that a bot is writing at the moment."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from itertools import starmap
from typing import Any

import apsw

from trimtab.adapters.sqlite import archives, snapshots
from trimtab.adapters.sqlite.database import connect_to_read
from trimtab.adapters.sqlite.errors import PathText, explained
from trimtab.adapters.sqlite.schema import IN_WORDS, check
from trimtab.records.archive import Archive, Fill, filled
from trimtab.records.journal_row import JournalRow, StoredFact
from trimtab.records.snapshot import Snapshot

_PAGE = 256
"""Rows a query: no query stays open while its rows are used, so nothing holds up the writer.

So few that they stay in the processor's cache: a quarter quicker than 1,024.
"""

_QUERY = f"SELECT {IN_WORDS} FROM journal WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT {_PAGE}"  # noqa: S608
_FACTS = f"""
SELECT seq, causation_id IS NULL, type, payload FROM journal
WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT {_PAGE}
"""  # noqa: S608
_LAST = 2**63 - 1

Columns = tuple[Any, ...]


class JournalReader:
    """Keeps ports.History: a read-only view of what is durable."""

    def __init__(self, path: PathText, fill: Fill | None = None) -> None:
        """`fill` gives rows their archived payloads back; without it they come as they are stored.

        Raises JournalError when there is no journal at `path`.
        """
        self._path = path
        self._fill = fill
        try:
            self._connection = connect_to_read(path)
            self._version = check(path, self._connection)
        except apsw.Error as error:
            raise explained(path, error) from None

    def read(self, after: int = 0, until: int | None = None) -> Iterator[JournalRow]:
        """Durable rows in order: `after` < seq <= `until`. Raises JournalError."""
        return starmap(JournalRow, self._pages(_QUERY, 5, after, until))

    def stored(self, after: int = 0, until: int | None = None) -> Iterator[StoredFact]:
        """As `read`, only what facts are read from. Raises JournalError."""
        return self._pages(_FACTS, 3, after, until)

    def last(self) -> JournalRow | None:
        """The newest durable row. Raises JournalError."""
        query = f"SELECT {IN_WORDS} FROM journal ORDER BY seq DESC LIMIT 1"  # noqa: S608
        with self._explaining():
            rows = self._connection.execute(query).fetchall()
        return JournalRow(*rows[0]) if rows else None

    def snapshot(self, until: int | None = None) -> Snapshot | None:
        """The newest whole snapshot at or before `until`. Raises JournalError."""
        last = _LAST if until is None else until
        with self._explaining():
            return snapshots.newest(self._connection, last) if self._version > 1 else None

    def snapshots(self) -> Sequence[Snapshot]:
        """All that were kept, oldest first, without their states. Raises JournalError."""
        with self._explaining():
            return list(snapshots.listed(self._connection)) if self._version > 1 else ()

    def states(self) -> Sequence[Snapshot]:
        """Those that hold a state, damaged or not, the newest first. Raises JournalError."""
        with self._explaining():
            return list(snapshots.holding(self._connection)) if self._version > 1 else ()

    def archives(self) -> Sequence[Archive]:
        """The files that hold contents of old rows. Raises JournalError."""
        with self._explaining():
            return archives.listed(self._connection) if self._version > 1 else ()

    def damage(self) -> str:
        """What is wrong with the file below the rows; nothing if all is well. Reads all of it.

        Raises JournalError.
        """
        with self._explaining():
            found = self._connection.execute("PRAGMA quick_check(1)").fetchall()
        return "" if found == [("ok",)] else str(found[0][0])

    def close(self) -> None:
        """Lets go of the file."""
        self._connection.close()

    def _pages(self, query: str, payload: int, after: int, until: int | None) -> Iterator[Columns]:
        """`payload`: its place among the columns; the type stands before it."""
        last = _LAST if until is None else until
        while rows := self._page(query, after, last):
            yield from filled(rows, self.archives, self._fill, payload) if self._fill else rows
            after = rows[-1][0]

    def _page(self, query: str, after: int, last: int) -> list[Columns]:
        with self._explaining():
            return self._connection.execute(query, (after, last)).fetchall()

    @contextmanager
    def _explaining(self) -> Generator[None]:
        try:
            yield
        except apsw.Error as error:
            raise explained(self._path, error) from None
