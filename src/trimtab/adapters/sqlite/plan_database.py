"""The plan's tables in an SQLite file of their own, for anyone's tools."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

from trimtab.adapters.sqlite.consumer_store import ConsumerStore
from trimtab.adapters.sqlite.database import Database
from trimtab.adapters.sqlite.errors import PathText
from trimtab.adapters.sqlite.side_file import move, transaction
from trimtab.domain.canonical import decode
from trimtab.records.journal_row import JournalRow
from trimtab.records.plan_rows import CONCERNED, statements
from trimtab.records.plan_sql import SQLITE, created, dropped, rendered
from trimtab.records.plan_tables import TABLES

CONSUMER = "plan_tables"

_SCHEMA = f"""
{created(SQLITE)}
CREATE TABLE IF NOT EXISTS projections (
    name TEXT PRIMARY KEY,
    seq  INTEGER NOT NULL,
    hash TEXT NOT NULL
);
"""


class Reflected(NamedTuple):
    """The journal's row up to which the tables tell everything."""

    seq: int
    hash: str


class PlanDatabase(ConsumerStore):
    """Keeps ports.Effects. At every moment the tables are the fold of the journal up to a seq.

    Readers need no care: they see the tables as of a whole batch, and never hold up the writer.
    """

    @classmethod
    def at(cls, path: PathText) -> Self:
        """Begins the file, or goes on with it. Raises JournalError."""
        database = cls.open(path, CONSUMER, _project, _SCHEMA)
        database.database.pragma("foreign_keys", 1)
        return database

    def rebuild(self) -> None:
        """Empty tables; the whole journal is to be taken again."""
        with transaction(self.database):
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


def _project(database: Database, rows: Sequence[JournalRow]) -> None:
    concerned = [(row, decode(row.payload)) for row in rows if row.type in CONCERNED]
    for statement in statements(concerned):
        database.execute(*rendered(statement, SQLITE))
    last = rows[-1]
    database.executemany(
        "INSERT OR REPLACE INTO projections VALUES (?, ?, ?)",
        [(table.name, last.seq, last.hash) for table in TABLES],
    )
