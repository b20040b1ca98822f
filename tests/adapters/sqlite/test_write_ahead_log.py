"""The log: at its full length from the start, never much longer, gone when the bot ends."""

from __future__ import annotations

from pathlib import Path

import apsw

from tests.contracts.journals import BOT, STORY, busy, quiet, write
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.sqlite.database import connect
from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.adapters.sqlite.journal_reader import JournalReader
from trimtab.adapters.sqlite.schema import LIVE, prepare
from trimtab.adapters.sqlite.write_ahead_log import LENGTH, grow
from trimtab.records.journal_row import verify

CLOCK = StandingClock()


def opened(path: Path) -> SqliteJournal:
    return SqliteJournal.open(path, BOT, CLOCK)


def length(path: Path) -> int:
    return path.with_name(f"{path.name}-wal").stat().st_size


def test_the_log_has_its_length_before_the_first_fact_and_the_file_has_not_grown(
    tmp_path: Path,
) -> None:
    path = tmp_path / "run.db"
    journal = opened(path)
    grown = length(path)
    assert 0.9 * LENGTH < grown < 1.1 * LENGTH
    assert path.stat().st_size < 100_000
    write(journal, *STORY)
    assert length(path) == grown
    journal.close()


def test_a_busy_writer_keeps_within_it_however_much_it_writes(tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    journal = opened(path)
    grown = length(path)
    for group in range(60):
        for place in range(200):
            journal.append(busy(1 + group * 200 + place))
        journal.flush()
    assert path.stat().st_size > LENGTH // 3
    assert length(path) <= grown
    journal.close()
    reader = JournalReader(path)
    assert verify(reader.read()) is None
    reader.close()


def test_what_was_grown_holds_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    journal = opened(path)
    assert list(journal.read()) == []
    other = JournalReader(path)
    assert (other.last(), other.damage()) == (None, "")
    other.close()
    journal.close()
    assert path.stat().st_size < 100_000


def test_a_closed_journal_is_one_plain_file_that_can_be_read_without_making_others(
    tmp_path: Path,
) -> None:
    path = tmp_path / "run.db"
    journal = opened(path)
    write(journal, *STORY)
    journal.close()
    reader = JournalReader(path)
    assert len(list(reader.read())) == 8
    assert [each.name for each in tmp_path.iterdir()] == ["run.db"]
    reader.close()


def test_somebody_who_reads_does_not_hinder_the_end(tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    journal = opened(path)
    write(journal, *STORY)
    reader = JournalReader(path)
    reading = reader.read()
    next(reading)
    journal.close()
    assert len(list(reading)) == 7
    again = opened(path)
    write(again, quiet(9))
    assert len(list(reader.read())) == 9
    again.close()
    reader.close()


def test_a_log_that_cannot_be_grown_grows_with_the_facts(tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    opened(path).close()
    database = connect(path, apsw.SQLITE_OPEN_READWRITE)
    prepare(path, database, LIVE)
    database.pragma("max_page_count", 50)
    grow(path, database)
    assert database.pragma("cache_size") == LIVE["cache_size"]
    database.execute("BEGIN IMMEDIATE; INSERT INTO archives VALUES (1, 2, 2, 'a', 'b'); COMMIT")
    database.close()
    reader = JournalReader(path)
    assert (reader.damage(), len(reader.archives())) == ("", 1)
    reader.close()
