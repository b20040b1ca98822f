"""The plan's tables in an SQLite file of their own, for anyone's tools."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Self

import apsw

from trimtab.adapters.sqlite.consumer_store import ConsumerStore
from trimtab.adapters.sqlite.database import Database, transaction
from trimtab.adapters.sqlite.errors import PathText, explained
from trimtab.adapters.sqlite.side_file import move
from trimtab.domain.observations import SCHEMA
from trimtab.records.journal_row import JournalRow
from trimtab.records.plan_rows import CONCERNED, statements
from trimtab.records.plan_sql import SQLITE, created, dropped, rendered
from trimtab.records.plan_tables import TABLES, Reflected
from trimtab.records.upcasting import START, FactReader

CONSUMER = "plan_tables"

_SCHEMA = f"""
{created(SQLITE)}
CREATE TABLE IF NOT EXISTS projections (
    name   TEXT PRIMARY KEY,
    seq    INTEGER NOT NULL,
    hash   TEXT NOT NULL,
    schema INTEGER NOT NULL
);
"""


class PlanDatabase(ConsumerStore):
    """Keeps ports.Effects. At every moment the tables are the fold of the journal up to a seq.

    Readers need no care: they see the tables as of a whole batch, and never hold up the writer.
    """

    @classmethod
    def at(cls, path: PathText) -> Self:
        """Begins the file, or goes on with it; tables of another form are begun anew.

        Raises JournalError.
        """
        tables = cls.open(path, CONSUMER, _project, _SCHEMA)
        tables.database.pragma("foreign_keys", 1)
        if not tables._have_our_form():
            tables.rebuild()
        return tables

    def take(self, rows: Sequence[JournalRow], cursor: int) -> None:
        """As ConsumerStore has it; what is wrong with the file is told as JournalError."""
        with self._told():
            super().take(rows, cursor)

    def rebuild(self) -> None:
        """Empty tables; the whole journal is to be taken again. Raises JournalError."""
        with self._told(), transaction(self.database):
            self.database.execute(f"{dropped()} DROP TABLE projections; {_SCHEMA}")
            self.database.execute("DELETE FROM dead_letters WHERE consumer = ?", (CONSUMER,))
            move(self.database, CONSUMER, 0)
        self.cursor()

    def reflected(self) -> Reflected | None:
        """None where nothing was taken yet."""
        rows = self.database.execute("SELECT seq, hash FROM projections LIMIT 1").fetchall()
        return Reflected(*rows[0]) if rows else None

    def counts(self) -> dict[str, int]:
        """Rows of each table."""
        query = "SELECT COUNT(*) FROM {}"
        return {
            table.name: int(self.database.execute(query.format(table.name)).fetchall()[0][0])
            for table in TABLES
        }

    def _have_our_form(self) -> bool:
        query = "SELECT name FROM pragma_table_info(?) ORDER BY cid"
        found = [self.database.execute(query, (table.name,)).fetchall() for table in TABLES]
        return [tuple(name for (name,) in rows) for rows in found] == [
            table.names for table in TABLES
        ]

    @contextmanager
    def _told(self) -> Generator[None]:
        try:
            yield
        except apsw.Error as error:
            raise explained(self._path, error) from error


def _project(database: Database, rows: Sequence[JournalRow]) -> None:
    reader = FactReader(_schema(database))
    facts = [(row, reader.fact(row)) for row in rows if row.type in _READ]
    for statement in statements((row, fact) for row, fact in facts if fact is not None):
        text, values = rendered(statement, SQLITE)
        database.executemany(text, (values,))
    last = rows[-1]
    database.executemany(
        _REFLECT, [(table.name, last.seq, last.hash, reader.schema) for table in TABLES]
    )


def _schema(database: Database) -> int:
    """Of the facts that come next; a journal's first row says it again."""
    rows = database.execute("SELECT schema FROM projections LIMIT 1").fetchall()
    return int(rows[0][0]) if rows else SCHEMA


_READ = CONCERNED | {START}
_REFLECT = """
INSERT INTO projections VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE
SET seq = excluded.seq, hash = excluded.hash, schema = excluded.schema
WHERE excluded.seq > projections.seq
"""
"""A dead letter that is tried again is older than what the tables reflect."""
