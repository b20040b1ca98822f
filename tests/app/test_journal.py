"""trimtab journal: is it whole, how large is it, a copy of it."""

from __future__ import annotations

import shutil
from pathlib import Path
from threading import Thread

import apsw
import pytest

from tests.builders.commands import trimtab
from tests.builders.files import Files
from tests.contracts.journals import BOT, STORY, busy, quiet, state_of, write
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.sqlite.database import connect
from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.adapters.sqlite.journal_reader import JournalReader
from trimtab.records.journal_row import JournalRow, verify

CLOCK = StandingClock()


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Closed; holds the story and a snapshot."""
    path = tmp_path / "run.db"
    opened = SqliteJournal.open(path, BOT, CLOCK)
    write(opened, *STORY)
    opened.keep(state_of(6))
    opened.close()
    return path


def rows_of(path: Path) -> list[JournalRow]:
    reader = JournalReader(path)
    rows = list(reader.read())
    reader.close()
    return rows


def changed(path: Path, statement: str) -> Path:
    database = connect(path, apsw.SQLITE_OPEN_READWRITE)
    database.execute(statement)
    database.close()
    return path


def test_a_whole_journal_is_said_to_be_whole(journal: Path) -> None:
    answer = trimtab("journal", "check", journal, "--json", "-")
    last = rows_of(journal)[-1].hash
    assert answer.code == 0
    assert answer.err == f"whole: 8 rows, last hash {last}\n"
    assert answer.json == {
        "rows": 8, "last_hash": last, "archived": 0, "snapshots": 1, "wrong": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE journal SET actor = 'eve' WHERE seq = 3", "row 3 was changed"),
        ("DELETE FROM journal WHERE seq IN (3, 4)", "rows 3 to 4 are missing"),
        ("UPDATE journal SET payload = '' WHERE type = 'bars_closed'", "row 1 was changed"),
        ("UPDATE snapshots SET state = x'00'", "the state of seq 6 was changed"),
    ],
)
def test_what_was_changed_is_named(journal: Path, statement: str, words: str) -> None:
    answer = trimtab("journal", "check", changed(journal, statement))
    assert answer.code == 1
    assert f"wrong: {words}" in answer.err
    assert "DAMAGED: " in answer.err


def test_damage_below_the_rows_is_told(journal: Path) -> None:
    data = bytearray(journal.read_bytes())
    data[32:40] = bytes((0, 0, 0, 3, 0, 0, 0, 1))  # a table's page among those that are free
    journal.write_bytes(data)
    answer = trimtab("journal", "check", journal)
    assert answer.code == 1
    assert "wrong: the file is damaged: " in answer.err


def test_a_file_that_was_cut_off_is_told(journal: Path) -> None:
    data = journal.read_bytes()
    journal.write_bytes(data[: len(data) - 8_192])
    answer = trimtab("journal", "check", journal)
    assert (answer.code, answer.err) == (
        2, f"trimtab: {journal}: damaged: restore it from a copy\n",
    )  # fmt: skip


def test_the_size_is_told_by_type_and_for_a_year(journal: Path) -> None:
    answer = trimtab("journal", "size", journal, "--json", "-")
    figures = answer.json
    assert (figures["rows"], figures["snapshots"], figures["states"]) == (8, 1, 1)
    assert figures["file_bytes"] == journal.stat().st_size
    assert figures["days"] == 3 / 24
    assert figures["bytes_per_day"] == pytest.approx(8 * (figures["file_bytes"] - 19))
    assert figures["bytes_per_year"] == pytest.approx(365.25 * figures["bytes_per_day"])
    assert {each["type"]: each["rows"] for each in figures["types"]} == {
        "bars_closed": 2, "volatility_spike": 1, "order_intended": 1, "adaptation_refused": 1,
        "order_filled": 1, "pause": 1, "safety_paused": 1,
    }  # fmt: skip
    assert answer.err.splitlines()[-1].endswith("MiB a year")


def test_a_backup_put_in_its_place_elsewhere_is_the_same_journal(
    journal: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "other machine"
    elsewhere.mkdir()
    assert trimtab("journal", "backup", journal, tmp_path / "copy.db").code == 0
    answer = trimtab("journal", "restore", tmp_path / "copy.db", elsewhere / "run.db")
    assert (answer.code, rows_of(elsewhere / "run.db")) == (0, rows_of(journal))
    assert [each.name for each in elsewhere.iterdir()] == ["run.db"]
    continued = SqliteJournal.open(elsewhere / "run.db", BOT, CLOCK)
    assert verify(write(continued, quiet(9))) is None
    assert continued.snapshot() == state_of(6)
    continued.close()


def test_a_backup_can_be_made_while_a_bot_writes_and_does_not_hold_it_up(tmp_path: Path) -> None:
    path, copies = tmp_path / "run.db", [tmp_path / f"copy{number}.db" for number in range(3)]
    journal = SqliteJournal.open(path, BOT, CLOCK)
    write(journal, *(busy(number) for number in range(1, 2_000)))
    codes: list[int] = []
    thread = Thread(
        target=lambda: codes.extend(trimtab("journal", "backup", path, to).code for to in copies)
    )
    thread.start()
    number = 2_000
    while thread.is_alive():
        journal.append(busy(number))
        journal.flush()
        number += 1
    thread.join()
    durable = list(journal.read())
    journal.close()
    assert codes == [0, 0, 0]
    found = [rows_of(copy) for copy in copies]
    assert [rows == durable[: len(rows)] for rows in found] == [True] * 3
    lengths = [len(rows) for rows in found]
    assert 7_996 <= lengths[0] <= lengths[1] <= lengths[2]
    assert lengths[2] > 7_996, "nothing was written meanwhile"
    assert all(length % 4 == 0 for length in lengths), "a step was split"


def test_a_damaged_journal_is_not_copied(journal: Path, tmp_path: Path) -> None:
    changed(journal, "UPDATE journal SET actor = 'eve' WHERE seq = 3")
    for command in ("backup", "restore"):
        answer = trimtab("journal", command, journal, tmp_path / "copy.db")
        assert answer.code == 2
        assert f"{journal}: row 3 was changed after it was written: not copied: " in answer.err
    assert [each.name for each in tmp_path.iterdir()] == ["run.db"]


def test_a_file_that_is_there_is_replaced_only_when_told_to(journal: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    opened = SqliteJournal.open(other, BOT, CLOCK)
    write(opened, quiet(1))
    opened.close()
    kept = other.read_bytes()
    answer = trimtab("journal", "restore", journal, other)
    assert (answer.code, other.read_bytes()) == (2, kept)
    assert "exists already: name another file, or replace it by --overwrite" in answer.err
    assert trimtab("journal", "restore", journal, other, "--overwrite").code == 0
    assert rows_of(other) == rows_of(journal)


def test_a_journal_that_a_bot_writes_is_not_overwritten(journal: Path, tmp_path: Path) -> None:
    busy_one = SqliteJournal.open(tmp_path / "live.db", BOT, CLOCK)
    answer = trimtab("journal", "restore", journal, tmp_path / "live.db", "--overwrite")
    assert answer.code == 2
    assert "another bot is writing it: stop that one first" in answer.err
    busy_one.close()


def test_what_an_overwritten_journal_left_in_its_log_does_not_come_back(
    journal: Path, tmp_path: Path
) -> None:
    """As after kill -9: the log of the old journal is still beside it."""
    running, dead = tmp_path / "running.db", tmp_path / "dead.db"
    opened = SqliteJournal.open(running, BOT, CLOCK)
    write(opened, *(busy(number) for number in range(1, 50)))
    for end in ("", "-wal"):
        shutil.copy(f"{running}{end}", f"{dead}{end}")
    opened.close()
    assert trimtab("journal", "restore", journal, dead, "--overwrite").code == 0
    assert rows_of(dead) == rows_of(journal)


@pytest.mark.parametrize("command", ["check", "size"])
def test_what_is_no_journal_is_refused(tmp_path: Path, command: str) -> None:
    path = tmp_path / "run.db"
    answer = trimtab("journal", command, path)
    assert (answer.code, answer.err) == (
        2, f"trimtab: {path}: no such journal: check the path\n",
    )  # fmt: skip
    path.write_text("seq,event_id\n" * 100, encoding="utf-8")
    answer = trimtab("journal", command, path)
    assert (answer.code, answer.err) == (
        2, f"trimtab: {path}: not a journal: choose another file\n",
    )  # fmt: skip


def test_a_copy_into_nowhere_is_refused(journal: Path, tmp_path: Path) -> None:
    answer = trimtab("journal", "backup", journal, tmp_path / "nowhere" / "copy.db")
    assert answer.code == 2
    assert "the folder does not exist: make it first" in answer.err
    assert trimtab("journal", "backup", tmp_path / "none.db", tmp_path / "copy.db").code == 2
    assert [each.name for each in tmp_path.iterdir()] == ["run.db"]


def test_a_restored_backtest_shows_no_difference(recorded: Files, tmp_path: Path) -> None:
    run, copy = tmp_path / "run.db", tmp_path / "copy.db"
    assert trimtab("backtest", *recorded.options(), "--journal", run).code == 0
    assert trimtab("journal", "backup", run, copy).code == 0
    assert trimtab("journal", "restore", copy, tmp_path / "restored.db").code == 0
    answer = trimtab("replay", tmp_path / "restored.db", "--verify", "--json", "-")
    assert (answer.code, answer.json["differences"]) == (0, 0)
