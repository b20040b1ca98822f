"""trimtab project: a journal as SQL tables."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.builders.commands import trimtab
from tests.builders.files import Files
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.app.journals import history
from trimtab.domain.observations import TimePassed
from trimtab.domain.units import Micros
from trimtab.ports import Step


@pytest.fixture(scope="module")
def journal(recorded: Files, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a small backtest; must not be changed."""
    path = tmp_path_factory.mktemp("journal") / "run.db"
    assert trimtab("backtest", *recorded.options(), "--journal", path).code == 0
    return path


def last_seq(journal: Path) -> int:
    with closing(history(str(journal))) as rows:
        last = rows.last()
        assert last is not None
        return last.seq


def dumped(tables: Path) -> list[str]:
    """The whole content as SQL."""
    with closing(sqlite3.connect(tables)) as connection:
        return [line for line in connection.iterdump() if "dead_letters" not in line]


def test_the_tables_are_made_and_tell_how_far_they_reach(journal: Path, tmp_path: Path) -> None:
    answer = trimtab("project", journal, "--to", tmp_path / "tables.db", "--json", "-")
    assert answer.code == 0
    figures = answer.json
    assert figures["seq"] == figures["read"] == last_seq(journal)
    assert figures["tables"]["market_events"] > 0
    assert figures["tables"]["allora_performance_tracking"] > 0
    assert f"as of seq {figures['seq']:,}" in answer.err


def test_a_second_time_there_is_nothing_new(journal: Path, tmp_path: Path) -> None:
    words = ("project", journal, "--to", tmp_path / "tables.db", "--json", "-")
    first, second = trimtab(*words).json, trimtab(*words).json
    assert second == {**first, "read": 0}


def test_rebuilt_they_are_the_same(journal: Path, tmp_path: Path) -> None:
    words = ("project", journal, "--to", tmp_path / "tables.db")
    trimtab(*words)
    before = dumped(tmp_path / "tables.db")
    assert trimtab(*words, "--rebuild").code == 0
    assert dumped(tmp_path / "tables.db") == before


def test_tables_of_another_journal_are_left_alone(journal: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with closing(SqliteJournal.open(other, "other", StandingClock())) as written:
        written.append(Step(TimePassed(Micros(1)), Micros(1), 0, ()))
    tables = tmp_path / "tables.db"
    assert trimtab("project", other, "--to", tables).code == 0
    answer = trimtab("project", journal, "--to", tables)
    assert answer.code == 2
    assert "made from another journal" in answer.err
    assert trimtab("project", journal, "--to", tables, "--rebuild").code == 0


def test_the_journal_itself_is_no_place_for_tables(journal: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    shutil.copy(journal, copy)
    before = copy.read_bytes()
    answer = trimtab("project", copy, "--to", copy)
    assert answer.code == 2
    assert f"{copy}: holds something else: name another file" in answer.err
    assert copy.read_bytes() == before


def test_a_password_in_a_place_is_refused_and_not_repeated(journal: Path) -> None:
    answer = trimtab("project", journal, "--to", "postgresql://ada:tr0ub4dor@127.0.0.1/nothing")
    assert answer.code == 2
    assert "password" in answer.err
    assert "tr0ub4dor" not in answer.err


def test_a_changed_row_is_told_with_what_to_do(journal: Path, tmp_path: Path) -> None:
    copy = tmp_path / "forged.db"
    shutil.copy(journal, copy)
    with closing(sqlite3.connect(copy)) as connection:
        change = "UPDATE journal SET payload = '{}' WHERE type = 'market_regime_change'"
        assert connection.execute(change).rowcount > 0
        connection.commit()
    answer = trimtab("project", copy, "--to", tmp_path / "tables.db")
    assert answer.code == 2
    assert f"{copy}: after row 0 a row cannot be read" in answer.err
    assert "replay --verify" in answer.err


def test_a_journal_that_is_not_there_makes_no_tables(tmp_path: Path) -> None:
    answer = trimtab("project", tmp_path / "none.db", "--to", tmp_path / "tables.db")
    assert (answer.code, (tmp_path / "tables.db").exists()) == (2, False)
    assert "no such journal" in answer.err


def test_followed_they_grow_with_the_journal_until_ctrl_c(tmp_path: Path) -> None:
    path, tables = tmp_path / "run.db", tmp_path / "tables.db"
    journal = SqliteJournal.open(path, "bot", StandingClock())
    journal.append(Step(TimePassed(Micros(1)), Micros(1), 0, ()))
    journal.flush()
    command = [sys.executable, "-m", "trimtab", "project", str(path), "--to", str(tables)]
    with subprocess.Popen(
        [*command, "--follow", "--json", "-"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as follower:
        assert follower.stderr is not None
        assert b"as of seq 1" in follower.stderr.readline()
        journal.append(Step(TimePassed(Micros(2)), Micros(2), 0, ()))
        journal.flush()
        reach(tables, 2, follower)
        follower.send_signal(signal.SIGINT)
        out, _ = follower.communicate(timeout=20)
    journal.close()
    assert follower.returncode == 0
    assert b'"seq": 2' in out


def reach(tables: Path, seq: int, follower: subprocess.Popen[bytes]) -> None:
    """Waits until the tables reflect this row."""
    with closing(sqlite3.connect(tables)) as connection:
        while connection.execute("SELECT seq FROM projections").fetchone() != (seq,):
            assert follower.poll() is None
