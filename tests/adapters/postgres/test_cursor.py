"""A relay's place on PostgreSQL."""

from __future__ import annotations

import pytest

from tests.builders.postgres import Server
from trimtab.adapters.postgres.address import parse
from trimtab.adapters.postgres.cursor import PostgresCursor
from trimtab.adapters.postgres.session import Session
from trimtab.ports import JournalError


def test_it_begins_at_0_and_survives_its_process(postgres: Server) -> None:
    place = postgres.place()
    cursor = PostgresCursor(place, "bot", "nats")
    assert cursor.load() == 0
    cursor.store(7)
    cursor.store(9)
    cursor.close()
    again = PostgresCursor(place, "bot", "nats")
    assert again.load() == 9
    again.close()


def test_bots_and_relays_have_places_of_their_own(postgres: Server) -> None:
    place = postgres.place()
    cursors = [PostgresCursor(place, bot, name) for bot in ("a", "b") for name in ("nats", "redis")]
    for seq, cursor in enumerate(cursors):
        cursor.store(seq)
    assert [cursor.load() for cursor in cursors] == [0, 1, 2, 3]
    for cursor in cursors:
        cursor.close()


def test_it_outlives_its_connection(postgres: Server) -> None:
    place = postgres.place()
    cursor = PostgresCursor(place, "bot", "nats")
    cursor.store(3)
    administrator = Session(parse(place))
    administrator.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE application_name = 'trimtab' AND pid <> pg_backend_pid()"
    )
    administrator.close()
    with pytest.raises(JournalError, match="the connection was lost: try again"):
        cursor.load()
    assert cursor.load() == 3
    cursor.close()
