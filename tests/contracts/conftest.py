"""Every journal under the same contract; those that last with real files and a real server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders.postgres import Server
from tests.contracts.journals import BOT, Desk, LastingDesk
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.memory.event_store import MemoryJournal
from trimtab.adapters.postgres.event_store import PostgresJournal
from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.domain.units import Micros


def live(request: pytest.FixtureRequest, clock: StandingClock) -> LastingDesk:
    path = _path(request)

    def journal() -> SqliteJournal:
        return SqliteJournal.open(path, BOT, clock)

    return LastingDesk(clock, journal, journal)


def recorded(request: pytest.FixtureRequest, clock: StandingClock) -> LastingDesk:
    path = _path(request)
    return LastingDesk(
        clock,
        lambda: SqliteJournal.create(path, BOT, clock, group=2),
        lambda: SqliteJournal.open(path, BOT, clock),
    )


def on_postgres(request: pytest.FixtureRequest, clock: StandingClock) -> LastingDesk:
    server: Server = request.getfixturevalue("postgres")
    place = server.place()

    def journal() -> PostgresJournal:
        opened = PostgresJournal.open(place, BOT, clock)
        request.addfinalizer(opened.abandon)  # a server has room for so many
        return opened

    return LastingDesk(clock, journal, journal)


def in_memory(_: pytest.FixtureRequest, clock: StandingClock) -> Desk:
    return Desk(clock, lambda: MemoryJournal(BOT, clock))


def _path(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.getfixturevalue("tmp_path")
    return folder / "run.db"


@pytest.fixture
def clock() -> StandingClock:
    """Early on 2024-01-01."""
    return StandingClock(Micros(1_704_100_000_000_000))


LASTING = [live, recorded, on_postgres]
"""The kinds of journal that outlive their process."""


@pytest.fixture(params=LASTING)
def lasting_desk(request: pytest.FixtureRequest, clock: StandingClock) -> LastingDesk:
    """A journal of each kind that lasts."""
    kind: Callable[[pytest.FixtureRequest, StandingClock], LastingDesk] = request.param
    return kind(request, clock)


@pytest.fixture(params=[in_memory, *LASTING])
def desk(request: pytest.FixtureRequest, clock: StandingClock) -> Desk:
    """A journal of each kind."""
    kind: Callable[[pytest.FixtureRequest, StandingClock], Desk] = request.param
    one = kind(request, clock)
    return Desk(one.clock, one.begin)
