"""A journal's file of an older program: readable as it is, brought up to date by its next writer."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import pytest

from tests.contracts.journals import BOT, STORY, busy, fill, quiet, state_of, write
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.memory.event_store import MemoryJournal
from trimtab.adapters.sqlite.database import connect
from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.adapters.sqlite.journal_reader import JournalReader
from trimtab.adapters.sqlite.journal_size import measured
from trimtab.records.journal_row import JournalRow, verify

CLOCK = StandingClock()
FIRST_FORM = """
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY, event_id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL, type TEXT NOT NULL, payload TEXT NOT NULL, actor TEXT,
    causation_id TEXT, correlation_id TEXT, confidence REAL, prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
PRAGMA application_id = 0x7472696d;
PRAGMA user_version = 1;
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """As version 1 wrote it; holds the story."""
    path = tmp_path / "old.db"
    database = connect(path, apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE)
    database.execute(FIRST_FORM)
    marks = ", ".join("?" * 12)
    rows = [tuple(getattr(row, name) for name in row.__struct_fields__) for row in story()]
    database.executemany(f"INSERT INTO journal VALUES ({marks})", rows)  # noqa: S608
    database.close()
    return path


def story() -> list[JournalRow]:
    return write(MemoryJournal(BOT, CLOCK), *STORY)


def queried(path: Path, statement: str) -> list[tuple[Any, ...]]:
    with closing(connect(path, apsw.SQLITE_OPEN_READWRITE)) as database:
        return database.execute(statement).fetchall()


def version(path: Path) -> int:
    database = connect(path, apsw.SQLITE_OPEN_READONLY)
    found: int = database.pragma("user_version")
    database.close()
    return found


def test_an_old_file_is_read_as_it_is(old: Path) -> None:
    reader = JournalReader(old)
    assert list(reader.read()) == story()
    assert (reader.last(), reader.snapshot()) == (story()[-1], None)
    assert [*reader.snapshots(), *reader.states(), *reader.archives()] == []
    assert (reader.damage(), sum(each.rows for each in measured(old).types)) == ("", 8)
    reader.close()
    assert version(old) == 1


def test_the_next_writer_brings_it_up_to_date_and_goes_on(old: Path) -> None:
    journal = SqliteJournal.open(old, BOT, CLOCK)
    rows = write(journal, quiet(5))
    journal.keep(state_of(9))
    assert journal.snapshot() == state_of(9)
    journal.close()
    assert (rows[:8], verify(rows), version(old)) == (story(), None, 3)


def test_a_new_row_leaves_out_what_others_say_and_reads_as_if_it_did_not(old: Path) -> None:
    journal = SqliteJournal.open(old, BOT, CLOCK)
    rows = write(journal, busy(5), fill(6))
    journal.close()
    assert rows == write(MemoryJournal(BOT, CLOCK), *STORY, busy(5), fill(6))
    stored = queried(old, "SELECT seq, prev_hash = '', correlation_id = '' FROM journal")
    assert [seq for seq, left_out, _ in stored if left_out] == [9, 10, 11, 12, 13]
    assert [seq for seq, _, left_out in stored if left_out] == [9, 10]
    in_words = [JournalRow(*row) for row in queried(old, "SELECT * FROM journal_in_words")]
    assert in_words == rows


@pytest.mark.parametrize("column", ["prev_hash", "correlation_id"])
@pytest.mark.parametrize("value", ["''", "'x'", "hash", "event_id"])
def test_what_was_left_out_cannot_be_given_another_meaning(
    tmp_path: Path, column: str, value: str
) -> None:
    path = tmp_path / "new.db"
    journal = SqliteJournal.open(path, BOT, CLOCK)
    before = write(journal, *STORY)
    journal.close()
    whole = path.read_bytes()
    for seq in range(1, 9):
        path.write_bytes(whole)
        queried(path, f"UPDATE journal SET {column} = {value} WHERE seq = {seq}")  # noqa: S608
        with closing(JournalReader(path)) as reader:
            rows = list(reader.read())
        assert verify(rows) == (None if rows == before else seq)


def test_a_reader_of_an_old_file_goes_on_reading_while_it_is_brought_up_to_date(old: Path) -> None:
    reader = JournalReader(old)
    journal = SqliteJournal.open(old, BOT, CLOCK)
    write(journal, quiet(5))
    assert verify(reader.read()) is None
    assert len(list(reader.read())) == 9
    journal.close()
    reader.close()
