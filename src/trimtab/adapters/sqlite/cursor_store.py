"""Where a relay has got to, in a small file beside the journal."""

from __future__ import annotations

from typing import Self

import apsw

from trimtab.adapters.sqlite.database import Database
from trimtab.adapters.sqlite.errors import PathText, explained
from trimtab.adapters.sqlite.side_file import move, open_side_file, place_of


class SqliteCursor:
    """Keeps ports.Cursor. Several may share a file: each has a name."""

    def __init__(self, path: PathText, database: Database, name: str) -> None:
        self._path = path
        self._database = database
        self._name = name

    @classmethod
    def open(cls, path: PathText, name: str) -> Self:
        """Begins the file, or goes on with it. Raises JournalError."""
        database = open_side_file(path)
        database.pragma("synchronous", "NORMAL")  # after a power cut a little is sent once more
        return cls(path, database, name)

    def load(self) -> int:
        """The last seq that was acknowledged; 0 at first. Raises JournalError."""
        try:
            return place_of(self._database, self._name)
        except apsw.Error as error:
            raise explained(self._path, error) from None

    def store(self, seq: int) -> None:
        """From now on it is `seq`. Raises JournalError."""
        try:
            move(self._database, self._name, seq)
        except apsw.Error as error:
            raise explained(self._path, error) from None

    def close(self) -> None:
        """Lets go of the file."""
        self._database.close()
