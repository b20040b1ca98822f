"""trimtab replay: every decision comes out of the journal again, or is named."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import apsw
import pytest

from tests.builders.commands import Answer, trimtab
from tests.builders.files import Files
from trimtab.adapters.sqlite.database import connect
from trimtab.adapters.sqlite.journal_reader import JournalReader
from trimtab.domain.observations import SCHEMA
from trimtab.records.snapshot import Snapshot


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


def kept(journal: Path) -> list[Snapshot]:
    """The snapshots that were kept."""
    reader = JournalReader(journal)
    found = list(reader.snapshots())
    reader.close()
    return found


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
        "seq": figures["rows"],
        "state_hash": figures["state_hash"],
        "starts": 1,
        "not_compared": 0,
        "equal_snapshots": len(kept(journal)),
        "different_snapshots": 0,
    }
    assert re.fullmatch("[0-9a-f]{64}", figures["state_hash"])
    assert f"state at seq {figures['rows']}: {figures['state_hash']}" in answer.err


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


def test_until_a_time_is_until_its_last_seq(journal: Path) -> None:
    answer = trimtab("replay", journal, "--until", "2024-01-05T06:30Z", "--json", "-")
    assert answer.code == 0
    seq = answer.json["seq"]
    reader = JournalReader(journal)
    later = next(row for row in reader.read(seq) if row.type == "bars_closed")
    earlier = [row for row in reader.read(0, seq) if row.type == "bars_closed"][-1]
    reader.close()
    moment = 1_704_436_200_000_000
    assert earlier.at <= moment < later.at
    assert trimtab("replay", journal, "--until", seq, "--json", "-").json == answer.json


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("yesterday", "--until yesterday: neither a seq nor a time: write 1200 or 2024-05-01T"),
        ("2001-01-01", "--until 2001-01-01: before the first fact of "),
        ("0", "--until 0: before the first fact of "),
    ],
)
def test_a_place_that_is_none_is_told_in_one_line(journal: Path, given: str, words: str) -> None:
    answer = trimtab("replay", journal, "--until", given)
    assert answer.code == 2
    assert answer.err.startswith(f"trimtab: {words}")
    assert answer.err.count("\n") == 1


def config(folder: Path, text: str) -> Path:
    path = folder / "other.toml"
    path.write_text(text, encoding="utf-8")
    return path


UNGATED = "[gate]\nenabled = false\n"


def tried(journal: Path, folder: Path, text: str, *words: object) -> Answer:
    """`--what-if` from the middle of the journal on."""
    options = ("--what-if", config(folder, text), "--from", 700, "--json", "-")
    return trimtab("replay", journal, *options, *words)


def test_what_if_under_the_same_configuration_comes_to_the_same_state(
    journal: Path, tmp_path: Path
) -> None:
    answer = tried(journal, tmp_path, UNGATED)
    assert answer.code == 0
    figures = answer.json
    assert figures["replaced"] is False
    assert figures["what_if"] == figures["as_it_was"]
    whole = trimtab("replay", journal, "--verify", "--json", "-").json
    assert figures["what_if"]["state_hash"] == whole["state_hash"]
    assert answer.err.splitlines()[-1] == "this configuration was in force: nothing was replaced"


def test_what_if_with_more_leverage_tells_both_courses(journal: Path, tmp_path: Path) -> None:
    answer = tried(journal, tmp_path, UNGATED + "[risk]\nleverage = 2.0\n", "--until", 1500)
    assert answer.code == 0
    was, other = answer.json["as_it_was"], answer.json["what_if"]
    assert answer.json["replaced"] is True
    assert was["trades"] > 0
    assert was["equity"] != other["equity"]
    assert was["state_hash"] != other["state_hash"]
    at_1500 = trimtab("replay", journal, "--until", 1500, "--json", "-").json
    assert was["state_hash"] == at_1500["state_hash"]
    assert "a simulation: " in answer.err.splitlines()[-1]
    assert "as it was" in answer.err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("capital = 5.0\n", "these differ: capital"),
        ("[costs]\ntaker_fee = 9.0\n", "these differ: costs"),
        ("[thresholds]\nelsewhere = 0.1\n", "thresholds.elsewhere is 0.1, but no such topic"),
    ],
)
def test_what_the_state_cannot_take_is_told_in_one_line(
    journal: Path, tmp_path: Path, text: str, words: str
) -> None:
    answer = tried(journal, tmp_path, text)
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert words in answer.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--from", 5), "--from 5: add --what-if"),
        (("--what-if", "x.toml"), "add --from, a seq or a time"),
        (("--what-if", "x.toml", "--from", 5, "--verify"), "--verify: leave it out"),
        (("--what-if", "x.toml", "--from", 90, "--until", 80), "--from 90: nothing comes after"),
    ],
)
def test_options_that_do_not_go_together_are_told(
    journal: Path, words: tuple[object, ...], told: str
) -> None:
    answer = trimtab("replay", journal, *words)
    assert answer.code == 2
    assert told in answer.err


@pytest.mark.parametrize("options", [(), ("--verify",), ("--until", 50)])
def test_a_newer_schema_is_told_in_one_line(
    journal: Path, tmp_path: Path, options: tuple[object, ...]
) -> None:
    schema = f'"schema":{SCHEMA + 1}'
    change = f"payload = replace(payload, '\"schema\":{SCHEMA}', '{schema}')"
    copy = forged(journal, tmp_path, f"UPDATE journal SET {change} WHERE seq = 1")  # noqa: S608
    answer = trimtab("replay", copy, *options)
    if "--verify" in options:
        assert (answer.code, "broken at seq 1" in answer.err) == (1, True)
        return
    words = f"{copy}: seq 1: stored under schema {SCHEMA + 1}, and this program knows schemas up"
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert answer.err.startswith(f"trimtab: {words}")


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
