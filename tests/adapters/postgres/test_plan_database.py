"""The plan's tables on a real PostgreSQL server."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.builders.commands import trimtab
from tests.builders.files import write_world
from tests.builders.market import started, world
from tests.builders.postgres import Server
from tests.builders.running import Run, run
from trimtab.adapters.postgres.address import parse
from trimtab.adapters.postgres.plan_database import PlanDatabase
from trimtab.adapters.postgres.session import Session
from trimtab.adapters.sqlite.plan_database import PlanDatabase as InFile
from trimtab.ports import JournalError
from trimtab.records.plan_tables import TABLES


@pytest.fixture(scope="module")
def small() -> Run:
    """A real small run."""
    told = world(9)
    return run(started(told.opened), told.facts())


@pytest.fixture
def place(postgres: Server) -> str:
    return postgres.place()


@pytest.fixture
def tables(place: str) -> Iterator[PlanDatabase]:
    with closing(PlanDatabase.at(place)) as database:
        yield database


def content(place: str) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in the tables; moments as the file has them."""
    with closing(Session(parse(place))) as session:
        schema = session.address.schema
        return {
            table.name: [
                tuple(map(plain, row))
                for row in session.fetch(f"SELECT * FROM {schema}.{table.name} ORDER BY id")  # noqa: S608
            ]
            for table in TABLES
        }


def plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value


def test_they_hold_what_the_tables_in_a_file_hold(
    small: Run, tables: PlanDatabase, place: str, tmp_path: Path
) -> None:
    for first in range(0, len(small.rows), 50):
        batch = small.rows[first : first + 50]
        tables.take(batch, batch[-1].seq)
    with closing(InFile.at(tmp_path / "tables.db")) as in_file:
        in_file.take(small.rows, small.rows[-1].seq)
        assert tables.counts() == in_file.counts()
        assert tables.reflected() == in_file.reflected()
    with closing(sqlite3.connect(tmp_path / "tables.db")) as file:
        for name, rows in content(place).items():
            assert rows == file.execute(f"SELECT * FROM {name} ORDER BY id").fetchall()  # noqa: S608
            assert rows


def test_rebuilt_from_zero_they_are_what_they_were(
    small: Run, tables: PlanDatabase, place: str
) -> None:
    tables.take(small.rows, small.rows[-1].seq)
    before = content(place)
    tables.rebuild()
    assert (tables.cursor(), set(tables.counts().values())) == (0, {0})
    tables.take(small.rows, small.rows[-1].seq)
    assert content(place) == before


def test_rows_that_come_twice_change_nothing(small: Run, tables: PlanDatabase, place: str) -> None:
    tables.take(small.rows[:200], 200)
    tables.take(small.rows, small.rows[-1].seq)
    before = content(place)
    tables.take(small.rows[:300], 300)
    assert content(place) == before
    assert tables.cursor() == small.rows[-1].seq


def test_a_row_put_aside_is_passed_by(small: Run, tables: PlanDatabase) -> None:
    tables.take(small.rows[:10], 10)
    tables.bury(small.rows[10], "of no use")
    assert tables.reflected() == (11, small.rows[10].hash)


def test_the_columns_are_the_plans_in_the_servers_words(tables: PlanDatabase, place: str) -> None:
    assert tables.cursor() == 0
    with closing(Session(parse(place))) as session:
        rows = session.fetch(
            "SELECT column_name, data_type, is_nullable FROM information_schema.columns "
            "WHERE table_schema = $1 AND table_name = 'market_events' ORDER BY ordinal_position",
            session.address.schema,
        )
    assert [tuple(row) for row in rows][:7] == [
        ("id", "bigint", "NO"),
        ("event_id", "text", "NO"),
        ("timestamp", "timestamp with time zone", "YES"),
        ("event_type", "text", "NO"),
        ("payload", "text", "YES"),
        ("source", "text", "YES"),
        ("confidence", "double precision", "YES"),
    ]


def test_a_table_of_somebody_else_is_left_alone(place: str) -> None:
    address = parse(place)
    with closing(Session(address)) as session:
        session.execute(
            f"CREATE SCHEMA {address.schema}; CREATE TABLE {address.schema}.adaptations (id int)"
        )
        with pytest.raises(JournalError, match="holds another table adaptations: name another"):
            PlanDatabase.at(place)
        query = "SELECT column_name FROM information_schema.columns WHERE table_schema = $1 "
        found = session.fetch(f"{query} AND table_name = 'adaptations'", address.schema)
    assert [row[0] for row in found] == ["id"]


def test_the_command_fills_them(place: str, tmp_path: Path) -> None:

    journal = tmp_path / "run.db"
    files = write_world(tmp_path)
    assert trimtab("backtest", *files.options(), "--journal", journal).code == 0
    first = trimtab("project", journal, "--to", place, "--json", "-").json
    assert first["seq"] == first["read"] > 0
    again = trimtab("project", journal, "--to", place, "--json", "-").json
    assert again == {**first, "read": 0}
