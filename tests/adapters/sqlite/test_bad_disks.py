"""Full and failing disks: what was acknowledged is there, and the journal goes on when it can.

The small disk is a real file system; the failing one is a layer beneath SQLite.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import apsw
import pytest

from tests.builders.disks import mounted
from tests.contracts.journals import BOT, STORY, busy, quiet, state_of, write
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.adapters.sqlite.journal_reader import JournalReader
from trimtab.ports import JournalError
from trimtab.records.journal_row import JournalRow, verify

CLOCK = StandingClock()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one MiB."""
    with mounted(tmp_path / "disk", "1m") as folder:
        yield folder


def filled(journal: SqliteJournal) -> tuple[int, str]:
    """Writes until the disk is full: the last acknowledged seq, and what was said."""
    durable = 0
    for number in count(1):
        journal.append(busy(number))
        try:
            durable = journal.flush()
        except JournalError as error:
            return durable, str(error)
    raise AssertionError


def rows_of(path: Path) -> list[JournalRow]:
    reader = JournalReader(path)
    rows = list(reader.read())
    assert not reader.damage()
    reader.close()
    return rows


def test_on_a_full_disk_all_acknowledged_rows_are_there_and_it_goes_on_with_more_space(
    small_disk: Path,
) -> None:
    path, ballast = small_disk / "run.db", small_disk / "ballast"
    ballast.write_bytes(bytes(300_000))
    journal = SqliteJournal.open(path, BOT, CLOCK)
    durable, said = filled(journal)
    assert said == f"{path}: the disk is full: free some space"
    assert durable > 50
    rows = list(journal.read())
    assert ([row.seq for row in rows], verify(rows)) == (list(range(1, durable + 1)), None)
    with pytest.raises(JournalError, match="the disk is full"):
        write(journal, *(busy(number) for number in range(10_000, 10_100)))
    ballast.unlink()
    write(journal, busy(20_000))
    journal.close()
    rows = rows_of(path)
    assert (len(rows), verify(rows)) == (durable + 4, None)


def test_a_journal_given_up_on_a_full_disk_can_be_opened_again(small_disk: Path) -> None:
    path = small_disk / "run.db"
    journal = SqliteJournal.open(path, BOT, CLOCK)
    durable, _ = filled(journal)
    journal.close()
    again = SqliteJournal.open(path, BOT, CLOCK)
    assert again.flush() == durable
    again.close()
    assert len(rows_of(path)) == durable


def test_a_disk_without_room_to_spare_keeps_it_for_facts(small_disk: Path) -> None:
    journal = SqliteJournal.open(small_disk / "run.db", BOT, CLOCK)
    assert (small_disk / "run.db-wal").stat().st_size < 100_000
    journal.close()


class FailingDisk(apsw.VFS):
    """The system's disk, until it is told to fail."""

    def __init__(self) -> None:
        self.failing: frozenset[str] = frozenset()
        """Of "write" and "sync"."""
        self.beneath = apsw.vfs_names()[0]
        super().__init__("failing", self.beneath, makedefault=True)

    def xOpen(  # noqa: N802 - SQLite's name
        self, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> FailingFile:
        return FailingFile(self, name, flags)


class FailingFile(apsw.VFSFile):
    """One file of it."""

    def __init__(
        self, disk: FailingDisk, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> None:
        self._disk = disk
        super().__init__(disk.beneath, name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        if "write" in self._disk.failing:
            raise apsw.IOError
        super().xWrite(data, offset)  # pyright: ignore[reportUnknownMemberType]

    def xSync(self, flags: int) -> None:  # noqa: N802
        if "sync" in self._disk.failing:
            raise apsw.IOError
        super().xSync(flags)


@pytest.fixture
def failing_disk() -> Iterator[FailingDisk]:
    disk = FailingDisk()
    yield disk
    disk.unregister()


@pytest.mark.parametrize("what", ["write", "sync"])
def test_when_the_disk_fails_nothing_acknowledged_is_lost_and_it_goes_on_when_it_works_again(
    failing_disk: FailingDisk, tmp_path: Path, what: str
) -> None:
    path = tmp_path / "run.db"
    journal = SqliteJournal.open(path, BOT, CLOCK)
    before = write(journal, *STORY)
    failing_disk.failing = frozenset({what})
    with pytest.raises(JournalError) as refused:
        write(journal, busy(5))
    assert str(refused.value) == (
        f"{path}: the disk does not do what it is told (I/O error): check it, then start again"
    )
    with pytest.raises(JournalError):
        journal.keep(state_of(8))
    assert list(journal.read()) == before
    failing_disk.failing = frozenset()
    write(journal, quiet(6))
    journal.keep(state_of(9))
    journal.close()
    rows = rows_of(path)
    assert (len(rows), rows[:8], verify(rows)) == (9, before, None)


def test_a_disk_that_fails_on_opening_is_told(failing_disk: FailingDisk, tmp_path: Path) -> None:
    failing_disk.failing = frozenset({"sync"})
    with pytest.raises(JournalError, match=r"I/O error.*: check it, then start again"):
        SqliteJournal.open(tmp_path / "run.db", BOT, CLOCK)
    failing_disk.failing = frozenset()
    SqliteJournal.open(tmp_path / "run.db", BOT, CLOCK).close()
