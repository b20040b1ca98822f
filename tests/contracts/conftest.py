"""Every journal under the same contract; those on disk with real files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contracts.journals import BOT, Desk, LastingDesk
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.memory.event_store import MemoryJournal
from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.domain.units import Micros


def live(path: Path, clock: StandingClock) -> LastingDesk:
    def journal() -> SqliteJournal:
        return SqliteJournal.open(path, BOT, clock)

    return LastingDesk(clock, journal, journal)


def recorded(path: Path, clock: StandingClock) -> LastingDesk:
    return LastingDesk(
        clock,
        lambda: SqliteJournal.create(path, BOT, clock, group=2),
        lambda: SqliteJournal.open(path, BOT, clock),
    )


def in_memory(_: Path, clock: StandingClock) -> Desk:
    return Desk(clock, lambda: MemoryJournal(BOT, clock))


@pytest.fixture
def clock() -> StandingClock:
    """Early on 2024-01-01."""
    return StandingClock(Micros(1_704_100_000_000_000))


LASTING = [live, recorded]
"""The kinds of journal that outlive their process."""


@pytest.fixture(params=LASTING)
def lasting_desk(
    request: pytest.FixtureRequest, tmp_path: Path, clock: StandingClock
) -> LastingDesk:
    """A journal of each kind that lasts."""
    kind: Callable[[Path, StandingClock], LastingDesk] = request.param
    return kind(tmp_path / "run.db", clock)


@pytest.fixture(params=[in_memory, *LASTING])
def desk(request: pytest.FixtureRequest, tmp_path: Path, clock: StandingClock) -> Desk:
    """A journal of each kind."""
    kind: Callable[[Path, StandingClock], Desk] = request.param
    one = kind(tmp_path / "run.db", clock)
    return Desk(one.clock, one.begin)
