"""trimtab replay: every decision comes out of the journal again, or is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import apsw
import pytest

from tests.builders.commands import trimtab
from tests.builders.files import Files
from trimtab.adapters.sqlite.database import connect
from trimtab.adapters.sqlite.journal_reader import JournalReader


@pytest.fixture(scope="module")
def journal(recorded: Files, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a backtest that trades every forecast; must not be changed."""
    folder = tmp_path_factory.mktemp("journal")
    path, config = folder / "run.db", folder / "trimtab.toml"
    config.write_text("[gate]\nenabled = false\n", encoding="utf-8")
    options = ("backtest", *recorded.options(), "--config", config, "--journal", path)
    assert trimtab(*options).code == 0
    return path


def forged(journal: Path, folder: Path, change: str) -> Path:
    """A copy in which someone changed rows."""
    copy = folder / "forged.db"
    shutil.copy(journal, copy)
    connection = connect(copy, apsw.SQLITE_OPEN_READWRITE)
    connection.execute(change)
    ((changed,),) = connection.execute("SELECT changes()").fetchall()
    connection.close()
    assert changed > 0
    return copy


def seq_of(journal: Path, kind: str) -> int:
    """The seq of the first row of a type."""
    reader = JournalReader(journal)
    seq = next(row.seq for row in reader.read() if row.type == kind)
    reader.close()
    return seq


def test_a_fresh_journal_shows_no_difference(journal: Path) -> None:
    answer = trimtab("replay", journal, "--verify", "--json", "-")
    assert answer.code == 0
    assert answer.err.splitlines()[-1] == "0 differences"
    figures = answer.json
    assert figures == {
        "rows": figures["outside"] + figures["derived"],
        "outside": figures["outside"],
        "derived": figures["derived"],
        "differences": 0,
        "compared": True,
        "chain_broken_at": None,
    }


@pytest.mark.parametrize("until", [1, 2, 57, 58, 59, 60])
def test_a_part_that_ends_anywhere_shows_no_difference(journal: Path, until: int) -> None:
    answer = trimtab("replay", journal, "--until", until, "--verify", "--json", "-")
    assert (answer.code, answer.json["differences"], answer.json["rows"]) == (0, 0, until)


def test_without_comparing_the_state_is_rebuilt(journal: Path) -> None:
    answer = trimtab("replay", journal)
    assert answer.code == 0
    assert "differences" not in answer.err


def test_a_changed_decision_is_named(journal: Path, tmp_path: Path) -> None:
    seq = seq_of(journal, "order_intended")
    words = 'UPDATE journal SET payload = replace(payload, \'"coin":"\', \'"coin":"X\')'
    answer = trimtab("replay", forged(journal, tmp_path, f"{words} WHERE seq = {seq}"), "--verify")
    assert answer.code == 1
    assert f"the chain is broken at seq {seq}: " in answer.err
    assert f"seq {seq}: stored " in answer.err
    assert answer.err.splitlines()[-1] == "1 differences"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE journal SET payload = 'nonsense'",
        "UPDATE journal SET at = at + 1",
        "UPDATE journal SET hash = 'x'",
        "DELETE FROM journal",
    ],
)
@pytest.mark.parametrize("kind", ["bars_closed", "predictions_issued"])
def test_a_changed_fact_from_outside_is_named(
    journal: Path, tmp_path: Path, change: str, kind: str
) -> None:
    seq = seq_of(journal, kind)
    copy = forged(journal, tmp_path, f"{change} WHERE seq = {seq}")
    answer = trimtab("replay", copy, "--verify")
    assert answer.code == 1
    assert f"the chain is broken at seq {seq}: restore the journal from a copy" in answer.err


def test_a_changed_beginning_is_named(journal: Path, tmp_path: Path) -> None:
    copy = forged(journal, tmp_path, "UPDATE journal SET payload = '{}' WHERE seq = 1")
    answer = trimtab("replay", copy, "--verify", "--json", "-")
    assert (answer.code, answer.json["chain_broken_at"]) == (1, 1)


def test_rows_that_cannot_be_read_are_told_in_one_line(journal: Path, tmp_path: Path) -> None:
    copy = forged(journal, tmp_path, "UPDATE journal SET payload = '{}' WHERE seq = 1")
    answer = trimtab("replay", copy)
    assert answer.code == 2
    assert answer.err.startswith(f"trimtab: {copy}: ")
    assert answer.err.endswith("`--verify` tells which row was changed after it was written\n")
    assert answer.err.count("\n") == 1


def test_what_is_no_journal_is_told_in_one_line(recorded: Files, tmp_path: Path) -> None:
    missing = tmp_path / "none.db"
    assert trimtab("replay", missing)[::2] == (
        2,
        f"trimtab: {missing}: no such journal: check the path\n",
    )
    assert trimtab("replay", recorded.candles)[::2] == (
        2,
        f"trimtab: {recorded.candles}: not a journal: choose another file\n",
    )
