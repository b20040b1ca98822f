"""trimtab explain: the answer on the screen, as JSON, and an exit code that a script can use."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.builders.commands import trimtab
from tests.builders.files import Files


@pytest.fixture(scope="module")
def journal(recorded: Files, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("explained") / "run.db"
    assert trimtab("backtest", *recorded.options(), "--journal", path).code == 0
    return path


def seq_of(journal: Path, kind: str) -> int:
    query = "SELECT seq FROM journal WHERE type = ? ORDER BY seq DESC LIMIT 1"
    with closing(sqlite3.connect(journal)) as database:
        return int(database.execute(query, (kind,)).fetchone()[0])


def test_a_forecast_that_was_weighed_is_explained_in_words(journal: Path) -> None:
    seq = seq_of(journal, "forecasts_weighed")
    answer = trimtab("explain", journal, seq)
    assert answer.code == 0
    assert "the chance of an edge is" in answer.err
    assert "recomputed: identical" in answer.err


def test_the_json_has_the_evidence(journal: Path) -> None:
    seq = seq_of(journal, "predictions_settled")
    answer = trimtab("explain", journal, seq, "--json", "-")
    assert answer.json["recomputed"] == "identical"
    assert answer.json["differing"] == []
    assert answer.json["evidence"]["led_to"]


def test_a_changed_decision_ends_with_code_1(journal: Path, tmp_path: Path) -> None:
    copy = tmp_path / "changed.db"
    copy.write_bytes(journal.read_bytes())
    seq = seq_of(copy, "forecasts_weighed")
    change = """UPDATE journal SET payload = replace(payload, '"reasons":[[', '"reasons":[[0,')
        WHERE seq = ?"""
    with closing(sqlite3.connect(copy)) as database, database:
        database.execute(change, (seq,))
    answer = trimtab("explain", copy, seq)
    assert answer.code == 1
    assert f"seq {seq}, reasons: stored" in answer.err


def test_a_row_that_is_not_there_is_refused(journal: Path) -> None:
    answer = trimtab("explain", journal, 10_000_000)
    assert answer.code == 2
    assert "there is no such row; it has 1 to" in answer.err
