"""Reading a journal on PostgreSQL: whose, from where, and again after the connection was lost."""

from __future__ import annotations

import pytest

from tests.builders.postgres import Server
from tests.contracts.journals import BOT, STORY, quiet, state_of, write
from trimtab.adapters.postgres.address import parse
from trimtab.adapters.postgres.event_store import PostgresJournal
from trimtab.adapters.postgres.journal_reader import PostgresReader
from trimtab.adapters.postgres.session import Session
from trimtab.adapters.system_clock import SystemClock
from trimtab.ports import JournalError

CLOCK = SystemClock()


def written(place: str, *bots: str) -> None:
    for bot in bots:
        journal = PostgresJournal.open(place, bot, CLOCK)
        write(journal, *STORY)
        journal.keep(state_of(6))
        journal.close()


def test_the_only_bot_is_found_and_streams_beside_it_do_not_count(postgres: Server) -> None:
    place = postgres.place()
    written(place, BOT, f"{BOT}/inbox")
    reader = PostgresReader(place)
    assert reader.bot == BOT
    assert [row.seq for row in reader.read()] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert reader.last() == next(reader.read(after=7))
    assert [each.seq for each in reader.snapshots()] == [6]
    assert reader.snapshot() == state_of(6)
    reader.close()


def test_of_several_bots_one_is_to_be_named(postgres: Server) -> None:
    place = postgres.place()
    written(place, "ada", "bob")
    with pytest.raises(JournalError, match=r"holds ada, bob: name one with \?bot=NAME"):
        PostgresReader(place)
    reader = PostgresReader(f"{place}&bot=bob")
    assert len(list(reader.read())) == 8
    reader.close()


def test_a_database_without_a_journal_is_told(postgres: Server) -> None:
    with pytest.raises(JournalError, match=r"no journal in schema .*: check the URL"):
        PostgresReader(postgres.place())


def test_a_reader_outlives_its_connection(postgres: Server) -> None:
    place = postgres.place()
    written(place, BOT)
    reader = PostgresReader(place)
    administrator = Session(parse(place))
    administrator.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE application_name = 'trimtab' AND pid <> pg_backend_pid()"
    )
    with pytest.raises(JournalError, match="the connection was lost: try again"):
        reader.last()
    assert reader.last() is not None
    reader.close()
    administrator.close()


def test_people_can_ask_in_sql(postgres: Server) -> None:
    place = postgres.place()
    written(place, BOT)
    session = Session(parse(place))
    found = session.fetch(
        f"SELECT at::text, payload ->> 'actor' FROM {session.address.schema}.facts "  # noqa: S608
        f"WHERE type = 'pause'"
    )
    assert [tuple(row) for row in found] == [("2024-01-01 04:00:00+00", "ada")]
    session.close()


def test_rows_become_visible_whole_steps_at_a_time_while_the_writer_writes(
    postgres: Server,
) -> None:
    place = postgres.place()
    written(place, BOT)
    journal, reader = PostgresJournal.open(place, BOT, CLOCK), PostgresReader(place)
    journal.append(quiet(9))
    assert len(list(reader.read())) == 8
    journal.flush()
    assert len(list(reader.read())) == 9
    journal.close()
    reader.close()
