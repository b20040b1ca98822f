"""One engine writes, another stands by: however the first goes, nothing is lost or doubled."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from random import Random
from threading import Event
from time import perf_counter
from urllib.parse import urlsplit

import pytest

from tests.builders.postgres import Server
from tests.builders.proxy import Proxy
from tests.builders.soak import rounds
from tests.contracts.journals import BOT, busy, quiet
from trimtab.adapters.postgres.address import parse
from trimtab.adapters.postgres.event_store import PostgresJournal
from trimtab.adapters.postgres.journal_reader import PostgresReader
from trimtab.adapters.postgres.session import Session
from trimtab.adapters.system_clock import SystemClock
from trimtab.ports import JournalError
from trimtab.records.journal_row import JournalRow, verify

STEP = ["bars_closed", "volatility_spike", "order_intended", "adaptation_refused"]

TAKEN_OVER_WITHIN = 5.0
"""Seconds."""

CLOCK = SystemClock()


@contextmanager
def engine(place: str) -> Generator[subprocess.Popen[str]]:
    """A process that stands by, and writes as soon as it may."""
    command = [sys.executable, "-m", "tests.adapters.postgres.endless_writer", place]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def says(process: subprocess.Popen[str]) -> int:
    """The next seq that it calls durable."""
    assert process.stdout is not None
    return int(process.stdout.readline())


def said_before_it_died(process: subprocess.Popen[str]) -> int:
    """The last seq that it called durable and nobody has read yet; 0 if there is none."""
    assert process.stdout is not None
    return int(["0", *(line for line in process.stdout if line.endswith("\n"))][-1])


def rows(place: str) -> list[JournalRow]:
    reader = PostgresReader(place)
    found = list(reader.read())
    reader.close()
    return found


def test_after_each_kill_9_the_standby_goes_on_at_the_exact_end(postgres: Server) -> None:
    seed = Random().randrange(2**32)  # noqa: S311 - other moments each time
    random, place = Random(seed), postgres.place()  # noqa: S311
    with ExitStack() as engines:
        writing = engines.enter_context(engine(place))
        durable = begins = says(writing)
        for number in range(rounds(2, 20)):
            standby = engines.enter_context(engine(place))
            for _ in range(random.choice((1, 5, 40, 200))):
                durable = says(writing)
            writing.kill()
            begun = perf_counter()
            durable = max(durable, said_before_it_died(writing))
            begins = says(standby)
            told = f"round {number} of seed {seed}"
            assert perf_counter() - begun <= TAKEN_OVER_WITHIN, told
            assert begins >= durable, told
            assert begins % 4 == 0, told
            writing = standby
    found = rows(place)
    assert len(found) >= begins
    assert [row.type for row in found] == STEP * (len(found) // 4)
    assert max(Counter(row.event_id for row in found).values()) == 1
    assert verify(found) is None


def test_a_writer_that_the_server_sends_away_never_writes_again(postgres: Server) -> None:
    place = postgres.place()
    writer = PostgresJournal.open(place, BOT, CLOCK)
    writer.append(busy(1))
    writer.flush()
    administrator = Session(parse(place))
    administrator.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' "
        "AND granted AND pid <> pg_backend_pid()"
    )
    administrator.close()
    successor = PostgresJournal.stand_by(place, BOT, CLOCK)
    refused_for_ever(writer)
    successor.append(quiet(2))
    assert successor.flush() == 5
    successor.close()
    assert verify(rows(place)) is None


def test_a_writer_whose_path_is_cut_is_fenced_and_the_standby_takes_over(postgres: Server) -> None:
    place = postgres.place()
    url = urlsplit(place)
    assert url.port is not None
    with Proxy(url.port).running() as proxy:
        writer = PostgresJournal.open(place.replace(str(url.port), str(proxy.port)), BOT, CLOCK)
        writer.append(busy(1))
        assert writer.flush() == 4
        proxy.cut()
        begun = perf_counter()
        successor = PostgresJournal.stand_by(place, BOT, CLOCK)
        assert perf_counter() - begun <= TAKEN_OVER_WITHIN
        successor.append(quiet(2))
        assert successor.flush() == 5
        refused_for_ever(writer)
        successor.append(quiet(3))
        assert successor.flush() == 6
        successor.close()
    assert verify(rows(place)) is None


def refused_for_ever(writer: PostgresJournal) -> None:
    for _ in range(2):
        with pytest.raises(JournalError, match="a standby may have taken over"):
            append_and_flush(writer)
    with pytest.raises(JournalError, match="the connection was lost"):
        list(writer.read())
    writer.abandon()


def append_and_flush(writer: PostgresJournal) -> None:
    writer.append(busy(9))
    writer.flush()


def test_an_engine_that_is_idle_keeps_its_right_to_write(postgres: Server) -> None:
    place = postgres.place()
    writer = PostgresJournal.open(place, BOT, CLOCK)
    waiting = Event()
    assert not waiting.wait(
        4.0
    )  # longer than the silence after which the server gives the lock away
    writer.append(quiet(1))
    assert writer.flush() == 1
    with pytest.raises(JournalError, match="another engine is writing bot: stop that one first"):
        PostgresJournal.open(place, BOT, CLOCK)
    writer.close()


def test_a_standby_can_be_told_to_stop(postgres: Server) -> None:
    place = postgres.place()
    writer = PostgresJournal.open(place, BOT, CLOCK)
    stopped = Event()
    stopped.set()
    with pytest.raises(JournalError, match="stopped while standing by for bot"):
        PostgresJournal.stand_by(place, BOT, CLOCK, stopped)
    writer.close()
