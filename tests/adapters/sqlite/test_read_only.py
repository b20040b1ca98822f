"""Where nothing may be written, a journal that was closed can still be read."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from tests.builders.disks import mounted
from tests.contracts.journals import BOT, STORY, quiet, write
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.sqlite.database import connect
from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.adapters.sqlite.journal_reader import JournalReader
from trimtab.ports import JournalError

CLOCK = StandingClock()


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[Path]:
    """A journal on a file system that has become read-only."""
    with mounted(tmp_path / "disk", "64m") as folder:
        journal = SqliteJournal.open(folder / "run.db", BOT, CLOCK)
        write(journal, *STORY)
        journal.close()
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        yield folder / "run.db"


def test_it_is_read_there(sealed: Path) -> None:
    reader = JournalReader(sealed)
    assert (len(list(reader.read())), reader.damage()) == (8, "")
    reader.close()


def test_it_is_not_written_there(sealed: Path) -> None:
    with pytest.raises(JournalError) as refused:
        SqliteJournal.open(sealed, BOT, CLOCK)
    assert str(refused.value) == (
        f"{sealed}: may not be written: choose a place that is not read-only"
    )


@pytest.mark.parametrize("lost", [1, 2, 4])
def test_a_journal_that_lost_its_last_pages_is_not_gone_on_with(tmp_path: Path, lost: int) -> None:
    path = tmp_path / "run.db"
    journal = SqliteJournal.open(path, BOT, CLOCK)
    write(journal, *STORY)
    journal.close()
    data = path.read_bytes()
    path.write_bytes(data[: -8_192 * lost])
    with pytest.raises(JournalError, match="damaged: restore it from a copy"):
        SqliteJournal.open(path, BOT, CLOCK)


def test_what_a_killed_writer_had_begun_beside_the_log_is_taken_back_before_it_is_read(
    tmp_path: Path,
) -> None:
    """As after kill -9 while the log was made or removed: SQLite's rollback journal is there."""
    path, dead = tmp_path / "run.db", tmp_path / "dead.db"
    journal = SqliteJournal.open(path, BOT, CLOCK)
    before = write(journal, *(quiet(number) for number in range(1, 200)))
    journal.close()
    database = connect(path, apsw.SQLITE_OPEN_READWRITE)
    database.pragma("cache_size", 1)
    database.execute("BEGIN; UPDATE journal SET payload = payload || payload")
    for end in ("", "-journal"):
        shutil.copy(f"{path}{end}", f"{dead}{end}")
    database.execute("ROLLBACK")
    database.close()
    reader = JournalReader(dead)
    assert list(reader.read()) == before
    reader.close()
