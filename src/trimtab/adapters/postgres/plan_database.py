"""The plan's tables in a schema of PostgreSQL, for anyone's tools."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from asyncpg import Connection
from msgspec import json

from trimtab.adapters.postgres.address import parse
from trimtab.adapters.postgres.session import Session
from trimtab.adapters.postgres.transaction import transaction
from trimtab.domain.observations import SCHEMA
from trimtab.ports import JournalError
from trimtab.records.journal_row import JournalRow
from trimtab.records.plan_rows import CONCERNED, statements
from trimtab.records.plan_sql import POSTGRESQL, Rendered, created, dropped, rendered
from trimtab.records.plan_tables import TABLES, Reflected
from trimtab.records.upcasting import START, FactReader

_OURS = """
CREATE TABLE IF NOT EXISTS projections (
    name   TEXT PRIMARY KEY,
    seq    BIGINT NOT NULL,
    hash   TEXT NOT NULL,
    schema BIGINT NOT NULL
);
CREATE TABLE IF NOT EXISTS projection_dead_letters (
    seq   BIGINT PRIMARY KEY,
    row   JSONB NOT NULL,
    error TEXT NOT NULL
);
"""
_SCHEMA = created(POSTGRESQL) + _OURS
_REFLECT = """
INSERT INTO projections VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO UPDATE
SET seq = excluded.seq, hash = excluded.hash, schema = excluded.schema
"""

_NAMES = """
SELECT column_name FROM information_schema.columns
WHERE table_schema = $1 AND table_name = $2 ORDER BY ordinal_position
"""


class PlanDatabase:
    """Keeps ports.Effects. At every moment the tables are the fold of the journal up to a seq."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._within = f"SET LOCAL search_path TO {session.address.schema};"

    @classmethod
    def at(cls, place: str) -> Self:
        """Makes the tables in the URL's schema, or goes on with them. Raises JournalError."""
        session = Session(parse(place))
        try:
            session.execute(f"CREATE SCHEMA IF NOT EXISTS {session.address.schema}")
            tables = cls(session)
            tables._run(_SCHEMA)
            tables._check_form()
        except BaseException:
            session.close()
            raise
        return tables

    def cursor(self) -> int:
        """The seq up to which facts have had their effect."""
        known = self.reflected()
        return known.seq if known else 0

    def take(self, rows: Sequence[JournalRow], cursor: int) -> None:
        """The rows' effect and the new place, both or neither; rows that were taken are passed by."""

        async def work(connection: Connection) -> None:
            async with transaction(connection, self._alone()):
                known, schema = await _place(connection)
                new = [row for row in rows if row.seq > known]
                if not new:
                    return
                schema, texts = _effect(new, schema)
                for text, values in texts:
                    await connection.execute(text, *values)
                await _move(connection, max(cursor, new[-1].seq), new[-1].hash, schema)

        self._session.run(work)

    def bury(self, row: JournalRow, error: str) -> None:
        """Keeps the row as a dead letter; the place moves past it. Raises JournalError."""

        async def work(connection: Connection) -> None:
            async with transaction(connection, self._alone()):
                known, schema = await _place(connection)
                await connection.execute(
                    "INSERT INTO projection_dead_letters VALUES ($1, $2, $3) "
                    "ON CONFLICT (seq) DO UPDATE SET row = excluded.row, error = excluded.error",
                    row.seq,
                    json.encode(row).decode(),
                    error,
                )
                if row.seq > known:
                    await _move(connection, row.seq, row.hash, schema)

        self._session.run(work)

    def rebuild(self) -> None:
        """Empty tables; the whole journal is to be taken again."""
        ours = "DROP TABLE projections; DROP TABLE projection_dead_letters;"
        self._run(f"{dropped()} {ours} {_SCHEMA}")

    def reflected(self) -> Reflected | None:
        """None where nothing was taken yet."""
        schema = self._session.address.schema
        rows = self._session.fetch(f"SELECT seq, hash FROM {schema}.projections LIMIT 1")  # noqa: S608
        return Reflected(*rows[0]) if rows else None

    def counts(self) -> dict[str, int]:
        """Rows of each table."""
        schema = self._session.address.schema
        query = "SELECT COUNT(*) FROM {}.{}"
        return {
            table.name: int(self._session.fetch(query.format(schema, table.name))[0][0])
            for table in TABLES
        }

    def close(self) -> None:
        """Lets go of the connection."""
        self._session.close()

    def _check_form(self) -> None:
        address = self._session.address
        for table in TABLES:
            rows = self._session.fetch(_NAMES, address.schema, table.name)
            if tuple(row[0] for row in rows) != table.names:
                raise JournalError(
                    f"{address}: schema {address.schema} holds another table {table.name}: "
                    f"name another schema with ?schema=NAME"
                )

    def _run(self, script: str) -> None:
        async def work(connection: Connection) -> None:
            async with transaction(connection, self._within):
                await connection.execute(script)

        self._session.run(work)

    def _alone(self) -> str:
        """One writer at a time; readers go on reading."""
        return f"{self._within} LOCK TABLE projections IN EXCLUSIVE MODE;"


def _effect(rows: Sequence[JournalRow], schema: int) -> tuple[int, list[Rendered]]:
    """Schema of the facts that come next, and what is to be done."""
    reader = FactReader(schema)
    facts = [(row, reader.fact(row)) for row in rows if row.type in CONCERNED | {START}]
    told = statements((row, fact) for row, fact in facts if fact is not None)
    return reader.schema, [rendered(statement, POSTGRESQL) for statement in told]


async def _place(connection: Connection) -> tuple[int, int]:
    """Seq and schema."""
    rows = await connection.fetch("SELECT seq, schema FROM projections LIMIT 1")
    return (int(rows[0][0]), int(rows[0][1])) if rows else (0, SCHEMA)


async def _move(connection: Connection, seq: int, digest: str, schema: int) -> None:
    for table in TABLES:
        await connection.execute(_REFLECT, table.name, seq, digest, schema)
