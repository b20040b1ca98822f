"""A connection whose work is broken off, or whose answer never comes, is not trusted any more."""

from __future__ import annotations

import signal
from threading import Timer, main_thread
from urllib.parse import urlsplit

import pytest

from tests.builders.postgres import Server
from tests.builders.proxy import Proxy
from tests.builders.soak import SOAKING
from tests.contracts.journals import BOT, busy, quiet
from trimtab.adapters.postgres.address import parse
from trimtab.adapters.postgres.event_store import PostgresJournal
from trimtab.adapters.postgres.session import PATIENCE, Session
from trimtab.adapters.system_clock import SystemClock
from trimtab.ports import JournalError
from trimtab.records.journal_row import verify

CLOCK = SystemClock()


def test_whoever_is_interrupted_does_not_know_what_was_done_and_stops(postgres: Server) -> None:
    session = Session(parse(postgres.url))
    identity = main_thread().ident
    assert identity is not None
    Timer(0.3, signal.pthread_kill, (identity, signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        session.fetch("SELECT pg_sleep(3)")
    with pytest.raises(JournalError, match="the connection was lost: try again"):
        session.fetch("SELECT 1")
    session.close()


@pytest.mark.skipif(not SOAKING, reason=f"waits {PATIENCE:.0f} s for an answer: make soak")
def test_an_answer_that_never_comes_ends_the_writer_and_its_group_is_there_once_or_not_at_all(
    postgres: Server,
) -> None:
    place = postgres.place()
    port = urlsplit(place).port
    assert port is not None
    with Proxy(port).running() as proxy:
        writer = PostgresJournal.open(place.replace(str(port), str(proxy.port)), BOT, CLOCK)
        writer.append(busy(1))
        assert writer.flush() == 4
        proxy.cut_answers()
        writer.append(busy(2))
        with pytest.raises(JournalError, match="a standby may have taken over"):
            writer.flush()
        successor = PostgresJournal.stand_by(place, BOT, CLOCK)
        assert successor.flush() == 8  # it had arrived
        successor.append(quiet(3))
        assert successor.flush() == 9
        assert verify(successor.read()) is None
        writer.abandon()
        successor.close()
