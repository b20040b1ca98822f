"""What is particular to the journal on disk: its file, its one writer, what it refuses."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import apsw
import pytest

from tests.contracts.journals import BOT, STORY, busy, quiet, write
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.sqlite.database import connect
from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.adapters.sqlite.journal_reader import JournalReader
from trimtab.ports import Condition, JournalError
from trimtab.records.journal_row import JournalRow, verify

CLOCK = StandingClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.db"


@pytest.fixture
def journal(path: Path) -> Iterator[SqliteJournal]:
    """A live journal that holds the story."""
    opened = SqliteJournal.open(path, BOT, CLOCK)
    write(opened, *STORY)
    yield opened
    opened.close()


def opened(path: Path) -> SqliteJournal:
    return SqliteJournal.open(path, BOT, CLOCK)


def created(path: Path) -> SqliteJournal:
    return SqliteJournal.create(path, BOT, CLOCK)


def tampered(path: Path, statement: str) -> Path:
    database = connect(path, apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE)
    database.execute(statement)
    database.close()
    return path


def files(path: Path) -> list[str]:
    return sorted(each.name for each in path.parent.iterdir())


def refusal(path: Path) -> str:
    with pytest.raises(JournalError) as refused:
        opened(path)
    return str(refused.value)


def test_a_live_journal_is_written_ahead_and_synchronised(journal: SqliteJournal) -> None:
    connection = journal._file.connection  # pyright: ignore[reportPrivateUsage]
    settings = ("journal_mode", "synchronous", "wal_autocheckpoint")
    assert [connection.pragma(name) for name in settings] == ["wal", 2, 0]


def test_rows_show_to_others_while_the_bot_is_writing(journal: SqliteJournal, path: Path) -> None:
    other = JournalReader(path)
    journal.append(quiet(5))
    assert len(list(other.read())) == 8
    journal.flush()
    assert [row.seq for row in other.read(after=7)] == [8, 9]
    other.close()


def test_a_row_that_is_being_read_does_not_hold_up_the_writer(journal: SqliteJournal) -> None:
    reading = journal.read()
    first = next(reading)
    write(journal, quiet(5))
    assert (first.seq, verify([first, *reading])) == (1, None)


def test_the_log_is_emptied_into_the_file_while_the_bot_is_writing(path: Path) -> None:
    journal = opened(path)
    before = path.stat().st_size
    groups = takewhile(lambda _: path.stat().st_size == before, range(300))
    for group in groups:
        for place in range(500):
            journal.append(quiet(group * 500 + place))
        journal.flush()
    assert path.stat().st_size > before
    journal.close()
    assert files(path) == ["run.db"]


def test_a_second_writer_is_refused(journal: SqliteJournal, path: Path) -> None:
    message = f"{path}: another bot is writing it: stop that one first"
    assert refusal(path) == message
    journal.close()
    opened(path).close()


def test_a_database_of_something_else_is_refused_and_left_alone(path: Path) -> None:
    tampered(path, "CREATE TABLE journal (seq)")
    before = path.read_bytes()
    assert refusal(path) == f"{path}: a database, but not a journal: choose another file"
    assert (path.read_bytes(), files(path)) == (before, ["run.db"])


def test_a_file_of_something_else_is_refused_and_left_alone(path: Path) -> None:
    path.write_text("seq,event_id\n" * 100, encoding="utf-8")
    assert refusal(path) == f"{path}: not a journal: choose another file"
    assert files(path) == ["run.db"]


def test_a_journal_of_a_newer_program_is_refused(journal: SqliteJournal, path: Path) -> None:
    journal.close()
    tampered(path, "PRAGMA user_version = 4")
    assert refusal(path) == (
        f"{path}: a journal of version 4, this program knows 3: use the program that wrote it"
    )


def test_a_journal_whose_last_row_was_changed_is_not_continued(
    journal: SqliteJournal, path: Path
) -> None:
    journal.close()
    tampered(path, "UPDATE journal SET actor = 'eve' WHERE seq = 8")
    assert refusal(path) == (
        f"{path}: row 8 was changed after it was written: restore it from a copy"
    )


def test_a_damaged_journal_is_refused(journal: SqliteJournal, path: Path) -> None:
    journal.close()
    data = bytearray(path.read_bytes())
    data[200:] = b"\x5a" * (len(data) - 200)
    path.write_bytes(data)
    assert refusal(path) == f"{path}: damaged: restore it from a copy"


def test_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "run.db"
    assert refusal(path) == f"{path}: the folder does not exist: make it first"


def test_a_folder_that_is_a_file_is_refused(path: Path) -> None:
    path.touch()
    inner = path / "run.db"
    assert refusal(inner) == f"{inner}: the folder is a file: choose another place"


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    path.mkdir()
    assert refusal(path) == (
        f"{path}: cannot be opened: check that the folder exists and may be written"
    )


def test_a_folder_that_may_not_be_written_is_refused(path: Path) -> None:
    path.parent.chmod(0o500)
    user = os.geteuid()
    try:
        if user == 0:  # whom permissions do not bind
            os.seteuid(65_534)
        assert refusal(path) == (
            f"{path}: may not be written: change the permissions or choose another place"
        )
    finally:
        os.seteuid(user)
        path.parent.chmod(0o700)


def test_a_condition_on_another_bot_is_refused_for_a_file_holds_one(
    journal: SqliteJournal, path: Path
) -> None:
    with pytest.raises(JournalError) as refused:
        journal.append(quiet(5), Condition(frozenset({"pause"}), 0, bot="other"))
    assert str(refused.value) == (
        f"{path}: holds {BOT} only: a condition on other needs a journal that holds both, "
        "on PostgreSQL"
    )
    assert len(write(journal, quiet(6))) == 9


def test_a_recorded_run_gets_its_name_at_the_end(path: Path) -> None:
    journal = created(path)
    write(journal, *STORY)
    assert not path.exists()
    journal.close()
    assert files(path) == ["run.db"]


def test_a_recorded_run_that_is_given_up_leaves_nothing(path: Path) -> None:
    journal = created(path)
    write(journal, *STORY)
    journal.abandon()
    assert files(path) == []


def test_what_a_broken_off_run_left_is_no_hindrance(path: Path) -> None:
    path.with_name("run.db.partial").write_text("half a run", encoding="utf-8")
    journal = created(path)
    assert len(write(journal, *STORY)) == 8
    journal.close()


def test_two_recorded_runs_do_not_disturb_each_other(path: Path) -> None:
    first = created(path)
    with pytest.raises(JournalError, match="another bot is writing it: stop that one first"):
        created(path)
    assert len(write(first, *STORY)) == 8
    first.close()
    assert len(rows_of(path)) == 8


def test_a_recorded_run_replaces_another_only_when_told_to(path: Path) -> None:
    first = created(path)
    write(first, *STORY)
    first.close()
    with pytest.raises(JournalError) as refused:
        created(path)
    assert str(refused.value) == f"{path}: exists already: name another file, or remove it"
    second = SqliteJournal.create(path, BOT, CLOCK, replace=True)
    write(second, busy(1))
    second.close()
    assert len(rows_of(path)) == 4


def rows_of(path: Path) -> list[JournalRow]:
    reader = JournalReader(path)
    rows = list(reader.read())
    reader.close()
    return rows


def test_reading_what_is_not_there_is_refused(path: Path) -> None:
    with pytest.raises(JournalError, match="no such journal: check the path"):
        JournalReader(path)


def test_reading_a_database_of_something_else_is_refused(path: Path) -> None:
    with pytest.raises(JournalError, match="a database, but not a journal"):
        JournalReader(tampered(path, "CREATE TABLE other (seq)"))


def test_a_full_disk_is_told_and_only_whole_steps_remain(path: Path) -> None:
    journal = created(path)
    before = write(journal, *STORY)
    journal._file.connection.pragma("max_page_count", 8)  # pyright: ignore[reportPrivateUsage]
    with pytest.raises(JournalError, match="the disk is full: free some space"):
        write(journal, *(busy(number) for number in range(5, 900)))
    assert list(journal.read()) == before
    assert verify(write(journal, quiet(5))) is None
    journal.close()


def test_reading_what_nobody_has_written_into_is_refused(path: Path) -> None:
    """As after kill -9 before the first fact; the next writer begins it."""
    with pytest.raises(JournalError) as refused:
        JournalReader(tampered(path, "PRAGMA journal_mode = WAL"))
    assert str(refused.value) == f"{path}: is empty: no bot has written into it yet"
    opened(path).close()
