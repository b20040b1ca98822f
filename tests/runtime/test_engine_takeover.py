"""Two whole engines on one journal on PostgreSQL: one is killed, the other goes on for it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from random import Random
from selectors import EVENT_READ, DefaultSelector
from time import perf_counter

from tests.builders.postgres import Server
from tests.builders.soak import rounds
from tests.runtime.endless_engine import feed
from trimtab.adapters.postgres.address import parse
from trimtab.adapters.postgres.session import Session
from trimtab.app.compose import versions
from trimtab.app.journals import history
from trimtab.domain.tags import tag_of
from trimtab.records.journal_row import JournalRow, verify
from trimtab.runtime.replay import replayed

TAKEN_OVER_WITHIN = 5.0
"""Seconds."""

Engine = subprocess.Popen[str]


@contextmanager
def engine(place: str) -> Generator[Engine]:
    command = [sys.executable, "-m", "tests.runtime.endless_engine", place]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def writer_and_standby(one: Engine, other: Engine, place: str) -> tuple[Engine, Engine]:
    """Whoever speaks first writes; the other one is there as soon as it asks for the lock."""
    with DefaultSelector() as voices, closing(Session(parse(place))) as administrator:
        for process in (one, other):
            assert process.stdout is not None
            voices.register(process.stdout, EVENT_READ, process)
        writing: Engine = voices.select()[0][0].data
        waiting = "SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT pg_try_advisory_lock%'"
        while not administrator.fetch(waiting):
            assert writing.poll() is None, "it ended before there was a standby"
    return writing, other if writing is one else one


def lines(process: Engine, count: int) -> None:
    assert process.stdout is not None
    for _ in range(count):
        process.stdout.readline()


def test_the_standby_goes_on_and_no_fact_is_lost_or_doubled(postgres: Server) -> None:
    seed = Random().randrange(2**32)  # noqa: S311 - other moments each time
    random = Random(seed)  # noqa: S311
    for number in range(rounds(1, 10)):
        place, said = postgres.place(), f"round {number} of seed {seed}"
        with engine(place) as one, engine(place) as other:
            writing, waiting = writer_and_standby(one, other, place)
            lines(writing, random.choice((2, 10, 50)))
            writing.kill()
            begun = perf_counter()
            assert writing.stdout is not None
            last = [line for line in writing.stdout if line.endswith("\n")][-1:]
            lines(waiting, 1)
            assert perf_counter() - begun <= TAKEN_OVER_WITHIN, said
            rest, _ = waiting.communicate()
            assert waiting.returncode == 0, said
        with closing(history(place)) as journal:
            found = list(journal.read())
            assert verify(found) is None, said
            assert len(found) >= int(last[0] if last else 0), said
            assert len(found) == int(rest.splitlines()[-1]), said
            assert sorted(told(found)) == sorted((tag_of(fact), fact.at) for fact in feed()), said
            replay = replayed(found, versions(), compare=True)
            assert (replay.differences, replay.compared) == ((), True), said


def told(found: list[JournalRow]) -> Iterator[tuple[str, int]]:
    """Facts from outside, but for the starts: of each type there is one at a moment."""
    outside = (row for row in found if row.causation_id is None)
    return ((row.type, row.at) for row in outside if row.type != "engine_started")
