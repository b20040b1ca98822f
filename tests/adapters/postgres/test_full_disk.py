"""A really full disk under a server of the test's own: nothing that was acknowledged is lost."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.builders.disks import mounted
from tests.builders.postgres import Control, running
from tests.contracts.journals import BOT, busy, quiet, write
from trimtab.adapters.postgres.event_store import PostgresJournal
from trimtab.adapters.postgres.journal_reader import PostgresReader
from trimtab.adapters.system_clock import SystemClock
from trimtab.ports import JournalError, JournalLostError
from trimtab.records.journal_row import JournalRow, verify

CLOCK = SystemClock()


class SmallServer(NamedTuple):
    """A server of which one part is on a disk that can be filled."""

    control: Control
    ballast: Path

    def fill_disk(self) -> None:
        try:
            with self.ballast.open("wb", buffering=0) as file:
                while file.write(bytes(4_096)):
                    """Until there is no room for one page."""
        except OSError:
            pass


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where the server's user may go."""
    with tempfile.TemporaryDirectory(prefix="trimtab-full-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def small_tables(folder: Path) -> Iterator[SmallServer]:
    """Its tables are on the small disk, its log is not."""
    with (
        mounted(folder / "disk", "160m") as disk,
        running(folder, disk / "data", "--waldir", str(folder / "log-of-writes")) as control,
    ):
        yield SmallServer(control, disk / "ballast")


@pytest.fixture
def small_log(folder: Path) -> Iterator[SmallServer]:
    """Its log is on the small disk, its tables are not."""
    with (
        mounted(folder / "disk", "64m") as disk,
        running(
            folder, folder / "data", "--waldir", str(disk / "log"), "--wal-segsize=1"
        ) as control,
    ):
        yield SmallServer(control, disk / "ballast")


def filled(journal: PostgresJournal) -> tuple[int, JournalError]:
    """Writes until the server cannot: the last acknowledged seq, and what was raised."""
    durable = journal.flush()
    for number in count(1_000, 10):
        for each in range(10):
            journal.append(busy(number + each))
        try:
            durable = journal.flush()
        except JournalError as error:
            return durable, error
    raise AssertionError


def rows(place: str) -> list[JournalRow]:
    reader = PostgresReader(place)
    found = list(reader.read())
    reader.close()
    return found


def test_full_tables_are_told_and_the_journal_goes_on_when_there_is_room(
    small_tables: SmallServer,
) -> None:
    place = small_tables.control.url
    journal = PostgresJournal.open(place, BOT, CLOCK)
    write(journal, *map(busy, range(10)))
    small_tables.fill_disk()
    durable, error = filled(journal)
    assert not isinstance(error, JournalLostError)
    assert str(error) == f"{place}: the disk of the server is full: free some space there"
    kept = list(journal.read())
    assert ([row.seq for row in kept], verify(kept)) == (list(range(1, durable + 1)), None)
    small_tables.ballast.unlink()
    assert len(write(journal, *map(busy, range(50_000, 50_200)))) == durable + 800
    journal.close()
    found = rows(place)
    assert (found[:durable], verify(found)) == (kept, None)


def test_a_full_log_ends_the_writer_and_what_was_acknowledged_is_there_when_there_is_room(
    small_log: SmallServer,
) -> None:
    place = small_log.control.url
    journal = PostgresJournal.open(place, BOT, CLOCK)
    write(journal, *map(busy, range(10)))
    small_log.fill_disk()
    durable, error = filled(journal)
    assert isinstance(error, JournalLostError)
    assert str(error).startswith(f"{place}: the connection was lost, and the right to write")
    journal.abandon()
    small_log.control.stop()
    small_log.ballast.unlink()
    small_log.control.start()
    again = PostgresJournal.open(place, BOT, CLOCK)
    assert again.flush() >= durable
    write(again, quiet(90_000))
    again.close()
    found = rows(place)
    assert len(found) > durable > 0
    assert verify(found) is None
