"""What a consumer makes of facts, in SQLite: effect and seq in one transaction, so never twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Self

from msgspec import json

from trimtab.adapters.sqlite.database import Database, transaction
from trimtab.adapters.sqlite.errors import PathText
from trimtab.adapters.sqlite.side_file import move, open_side_file, place_of
from trimtab.ports import JournalError
from trimtab.records.journal_row import JournalRow

Effect = Callable[[Database, Sequence[JournalRow]], None]
"""Writes what the rows mean, inside the transaction that is open. Raises whatever went wrong."""

_row = json.Decoder(JournalRow)


class StoredDeadLetter(NamedTuple):
    """A row that failed again and again."""

    row: JournalRow
    error: str


class ConsumerStore:
    """Keeps ports.Effects. Several consumers may share a file: each has a place of its own."""

    def __init__(self, path: PathText, database: Database, consumer: str, effect: Effect) -> None:
        self._path = path
        self.database = database
        """For queries; writing belongs into the effect."""
        self._consumer = consumer
        self._effect = effect
        self._known = self.cursor()

    @classmethod
    def open(cls, path: PathText, consumer: str, effect: Effect, tables: str = "") -> Self:
        """Begins the file, or goes on with it. `tables`: CREATE ... IF NOT EXISTS statements.

        Raises JournalError: a journal or another foreign file, no such folder, damaged.
        """
        return cls(path, open_side_file(path, tables), consumer, effect)

    def cursor(self) -> int:
        """The seq up to which facts have had their effect; another program may have moved it."""
        self._known = place_of(self.database, self._consumer)
        return self._known

    def take(self, rows: Sequence[JournalRow], cursor: int) -> None:
        """The rows' effect and the new cursor, both or neither; rows that were taken are passed by.

        Raises what the effect raises, and JournalError if another program moved the cursor since it
        was last read here: read it again.
        """
        with transaction(self.database):
            known = self._checked()
            if new := [row for row in rows if row.seq > known]:
                self._effect(self.database, new)
            if cursor > known:
                move(self.database, self._consumer, cursor)
        self._known = max(known, cursor)

    def bury(self, row: JournalRow, error: str) -> None:
        """Keeps the row as a dead letter; the cursor moves past it. Raises as `take`."""
        with transaction(self.database):
            known = self._checked()
            self.database.execute(
                "INSERT OR REPLACE INTO dead_letters VALUES (?, ?, ?, ?)",
                (self._consumer, row.seq, json.encode(row), error),
            )
            move(self.database, self._consumer, max(known, row.seq))
        self._known = max(known, row.seq)

    def rewind(self, seq: int) -> None:
        """Facts after `seq` will have their effect once more: undo the old one where it matters."""
        with transaction(self.database):
            move(self.database, self._consumer, seq)
        self._known = seq

    def dead_letters(self) -> list[StoredDeadLetter]:
        """All that wait for somebody to look at them, oldest first."""
        query = "SELECT row, error FROM dead_letters WHERE consumer = ? ORDER BY seq"
        rows = self.database.execute(query, (self._consumer,)).fetchall()
        return [StoredDeadLetter(_row.decode(row), error) for row, error in rows]

    def redrive(self) -> int:
        """Tries the dead letters once more, oldest first and each for itself; how many are gone.

        They come after facts that are newer. Raises what the effect raises at the first that fails.
        """
        letters = self.dead_letters()
        for letter in letters:
            with transaction(self.database):
                self._effect(self.database, (letter.row,))
                self.database.execute(
                    "DELETE FROM dead_letters WHERE consumer = ? AND seq = ?",
                    (self._consumer, letter.row.seq),
                )
        return len(letters)

    def close(self) -> None:
        """Lets go of the file."""
        self.database.close()

    def _checked(self) -> int:
        stored = place_of(self.database, self._consumer)
        if stored != self._known:
            raise JournalError(
                f"{self._path}: {self._consumer} is at {stored} and not at {self._known}: "
                f"another program moved it, it goes on from there"
            )
        return stored
