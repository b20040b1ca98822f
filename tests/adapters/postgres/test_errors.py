"""What can be wrong with a journal on PostgreSQL: one line with the mend, never a secret."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from tests.builders.postgres import GIVEN, PASSWORD, Server
from tests.contracts.journals import BOT, STORY, write
from trimtab.adapters.postgres.address import Address, parse
from trimtab.adapters.postgres.event_store import PostgresJournal
from trimtab.adapters.postgres.schema import VERSION
from trimtab.adapters.postgres.session import Session
from trimtab.adapters.system_clock import SystemClock
from trimtab.ports import JournalError

needs_own_server = pytest.mark.skipif(
    GIVEN in os.environ, reason=f"whether the server of {GIVEN} asks for passwords is not known"
)


def complaint(act: Callable[[], object]) -> str:
    with pytest.raises(JournalError) as told:
        act()
    words = str(told.value)
    assert "\n" not in words
    assert PASSWORD not in words
    return words


def opened(place: str) -> PostgresJournal:
    return PostgresJournal.open(place, BOT, SystemClock())


URLS = {
    "postgresql://ada:s3cret@db/bots": "a password may not stand in a journal's URL: take it out, "
    "and put it into ~/.pgpass or the environment variable PGPASSWORD",
    "postgresql://ada:s3/cr?et@db/bots": "a password may not stand in a journal's URL: "
    "take it out, and put it into ~/.pgpass or the environment variable PGPASSWORD",
    "postgresql://db/bots?password=s3cret": "a password may not stand in a journal's URL: "
    "take it out, and put it into ~/.pgpass or the environment variable PGPASSWORD",
    "postgresql://ada@db": "postgresql://ada@db: names no database: "
    "write postgresql://USER@HOST:PORT/DATABASE",
    "postgresql://ada@db:many/bots": "postgresql://ada@db:many/bots: not a URL: "
    "write postgresql://USER@HOST:PORT/DATABASE",
    "postgresql://db/bots?colour=red": "postgresql://db/bots?colour=red: unknown option colour: "
    "use schema, bot, sslmode, archive",
    "postgresql://db/bots?schema=a;drop": "postgresql://db/bots?schema=a;drop: the schema 'a;drop' "
    "is no plain name: use small letters, digits and _",
}


@pytest.mark.parametrize(("place", "words"), URLS.items(), ids=range(len(URLS)))
def test_a_url_that_will_not_do_is_told(place: str, words: str) -> None:
    assert complaint(lambda: parse(place)) == words


def test_a_url_names_server_database_schema_and_bot() -> None:
    assert parse("postgresql://ada@db:6432/bots?schema=mine&bot=one&sslmode=require") == Address(
        "db", 6432, "ada", "bots", "mine", "one", "require"
    )
    assert parse("postgresql:///bots") == Address(None, None, None, "bots")


def test_a_server_that_is_away_is_told() -> None:
    assert complaint(lambda: opened("postgresql://ada@127.0.0.1:1/bots")) == (
        "postgresql://ada@127.0.0.1:1/bots: the server cannot be reached: "
        "check host and port, and that it runs"
    )


@needs_own_server
def test_a_wrong_password_is_told(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "wrong horse")
    assert complaint(lambda: opened(postgres.url)) == (
        f"{postgres.url}: the password is missing or wrong: put it into ~/.pgpass or PGPASSWORD"
    )


@needs_own_server
def test_a_missing_password_is_told(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGPASSWORD")
    monkeypatch.setenv("PGPASSFILE", "/nonexistent")
    assert complaint(lambda: opened(postgres.url)) == (
        f"{postgres.url}: the password is missing or wrong: put it into ~/.pgpass or PGPASSWORD"
    )


def test_a_database_that_is_not_there_is_told(postgres: Server) -> None:
    place = postgres.url.rpartition("/")[0] + "/none"
    assert complaint(lambda: opened(place)) == (
        f"{place}: no such database: make it with `createdb`, or correct it"
    )


@needs_own_server
def test_a_user_without_rights_is_told(postgres: Server) -> None:
    administrator = Session(parse(postgres.url))
    administrator.execute(f"DROP ROLE IF EXISTS eve; CREATE ROLE eve LOGIN PASSWORD '{PASSWORD}'")
    administrator.close()
    place = postgres.place().replace("ada@", "eve@")
    assert complaint(lambda: opened(place)) == (
        f"{place.partition('?')[0]}: the user lacks rights: "
        f"GRANT CREATE, CONNECT ON DATABASE, or use the tables' owner"
    )


def test_tables_of_somebody_else_are_left_alone(postgres: Server) -> None:
    place = postgres.place()
    schema = parse(place).schema
    administrator = Session(parse(place))
    administrator.execute(f"CREATE SCHEMA {schema}; CREATE TABLE {schema}.journal (mine text)")
    assert complaint(lambda: opened(place)) == (
        f"{postgres.url}: schema {schema} holds somebody else's tables: "
        f"name another with ?schema=NAME"
    )
    assert len(administrator.fetch(f"SELECT * FROM {schema}.journal")) == 0  # noqa: S608
    administrator.close()


def test_a_newer_version_is_told(postgres: Server) -> None:
    place = postgres.place()
    opened(place).close()
    administrator = Session(parse(place))
    administrator.execute(
        f"UPDATE {parse(place).schema}.trimtab_format SET version = {VERSION + 1}"  # noqa: S608
    )
    administrator.close()
    assert complaint(lambda: opened(place)) == (
        f"{postgres.url}: a journal of version {VERSION + 1}, this program knows {VERSION}: "
        f"use the program that wrote it"
    )


def test_a_changed_last_row_is_told(postgres: Server) -> None:
    place = postgres.place()
    journal = opened(place)
    write(journal, *STORY)
    journal.close()
    administrator = Session(parse(place))
    administrator.execute(
        f"UPDATE {parse(place).schema}.journal SET actor = 'eve' WHERE seq = 8"  # noqa: S608
    )
    administrator.close()
    assert complaint(lambda: opened(place)) == (
        f"{postgres.url}: row 8 of bot was changed after it was written: restore it from a copy"
    )


def test_a_row_that_is_there_already_is_told_and_the_journal_goes_on(postgres: Server) -> None:
    """Somebody wrote into the table by hand: nothing is doubled, nothing is half written."""
    place = postgres.place()
    journal = opened(place)
    rows = write(journal, *STORY[:2])
    administrator = Session(parse(place))
    schema = parse(place).schema
    administrator.execute(
        f"INSERT INTO {schema}.journal SELECT bot, 6, 'x', at, recorded_at, type, payload, actor, "  # noqa: S608
        f"causation_id, correlation_id, confidence, prev_hash, hash FROM {schema}.journal "
        f"WHERE seq = 1"
    )
    assert complaint(lambda: write(journal, *STORY[2:])) == (
        f"{postgres.url}: a row with this seq or id is there already: "
        f"stop whatever else writes, then start again"
    )
    administrator.execute(f"DELETE FROM {schema}.journal WHERE seq = 6")  # noqa: S608
    administrator.close()
    assert write(journal, *STORY[2:])[: len(rows)] == rows
    journal.close()


def test_rows_of_another_chain_are_not_taken_over(postgres: Server) -> None:
    journal = opened(postgres.place())
    rows = write(journal, *STORY)
    other = opened(postgres.place())
    assert complaint(lambda: other.adopt(rows[1:])).endswith(
        "row 2 does not follow row 0: take another copy"
    )
    changed = [*rows[:3], replace(rows[3], actor="eve"), *rows[4:]]
    assert complaint(lambda: other.adopt(changed)).endswith(
        "row 4 is not what was written: take another copy"
    )
    assert other.adopt(rows) == 8
    assert list(other.read()) == rows
    journal.close()
    other.close()
