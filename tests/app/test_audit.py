"""trimtab audit: keys, checkpoints, proofs and exports, as a person types them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.builders.commands import Answer, trimtab
from tests.builders.files import Files
from trimtab.adapters.sqlite.journal_reader import JournalReader
from trimtab.records.checkpoint import found_in


class Case(NamedTuple):
    """A journal of its own, and the key for it."""

    journal: Path
    key: Path
    public: str

    @property
    def checkpoints(self) -> Path:
        return Path(f"{self.journal}.checkpoints")

    def checkpoint(self, *more: object) -> Answer:
        """Made now."""
        return trimtab("audit", "checkpoint", self.journal, "--key", self.key, *more)

    def rows(self) -> int:
        reader = JournalReader(self.journal)
        last = reader.last()
        reader.close()
        return last.seq if last else 0


@pytest.fixture(scope="module")
def made(recorded: Files, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Without checkpoints; must not be changed."""
    folder = tmp_path_factory.mktemp("audit")
    journal, key = folder / "run.db", folder / "audit.pem"
    assert trimtab("backtest", *recorded.options(), "--journal", journal).code == 0
    public = trimtab("audit", "key", key).out.strip()
    return Case(journal, key, public)


@pytest.fixture
def case(made: Case, tmp_path: Path) -> Case:
    """A copy."""
    copy = tmp_path / "run.db"
    shutil.copy(made.journal, copy)
    return made._replace(journal=copy)


def test_a_key_is_printed_once_and_the_private_one_never(tmp_path: Path) -> None:
    answer = trimtab("audit", "key", tmp_path / "audit.pem")
    assert answer.code == 0
    assert answer.out.startswith("ed25519:")
    assert "PRIVATE" not in answer.out + answer.err
    again = trimtab("audit", "key", tmp_path / "audit.pem")
    assert (again.code, again.out) == (2, "")


def test_without_checkpoints_the_chain_is_checked_and_the_verdict_says_how_little_that_is(
    case: Case,
) -> None:
    answer = trimtab("audit", "verify", case.journal, "--json", "-")
    assert answer.code == 0
    assert "only the chain was checked" in answer.err
    figures = answer.json
    assert (figures["checkpoints"], figures["proven_rows"]) == (0, 0)
    assert (figures["rows"], figures["first_wrong_seq"]) == (case.rows(), None)


def test_a_checkpoint_is_made_kept_and_brought_to_the_anchors(case: Case, tmp_path: Path) -> None:
    config, anchor = tmp_path / "trimtab.toml", tmp_path / "anchor.txt"
    config.write_text(f'[audit]\nkey = "{case.key}"\nanchors = ["file:{anchor}"]\n')
    answer = trimtab("audit", "checkpoint", case.journal, "--config", config)
    assert answer.code == 0
    assert answer.out == case.checkpoints.read_text() == anchor.read_text()
    verified = trimtab(
        "audit",
        "verify",
        case.journal,
        "--anchor",
        anchor,
        "--public-key",
        case.public,
        "--json",
        "-",
    )
    assert verified.code == 0
    assert verified.json["proven_rows"] == case.rows()
    assert verified.json["notes"] == []


def test_what_was_changed_gets_no_checkpoint(case: Case) -> None:
    assert case.checkpoint().code == 0
    lines = case.checkpoints.read_text().splitlines(keepends=True)
    case.checkpoints.write_text("".join([*lines[:2], "size 7\n", *lines[3:]]))
    answer = case.checkpoint()
    assert (answer.code, answer.out) == (1, "")
    assert "CHANGED: the first row that is wrong is 1" in answer.err


def test_a_key_that_is_not_the_given_one_is_told(case: Case, tmp_path: Path) -> None:
    case.checkpoint()
    file = tmp_path / "other.pub"
    file.write_text(trimtab("audit", "key", tmp_path / "other.pem").out)
    answer = trimtab("audit", "verify", case.journal, "--public-key", file)
    assert answer.code == 1
    assert "signed with a key that is not yours" in answer.err


def test_an_anchor_of_another_journal_is_told(case: Case, made: Case, tmp_path: Path) -> None:
    case.checkpoint()
    text = case.checkpoints.read_text().replace("origin trimtab/", "origin trimtab/0")
    (tmp_path / "anchor.txt").write_text(text)
    answer = trimtab("audit", "verify", made.journal, "--anchor", tmp_path / "anchor.txt")
    assert answer.code == 1
    assert "holds no checkpoint of this journal (trimtab/" in answer.err


def test_a_row_is_proven_without_the_journal(case: Case, tmp_path: Path) -> None:
    case.checkpoint()
    for seq in (1, 2, case.rows() // 2, case.rows()):
        proof = tmp_path / f"proof-{seq}.json"
        assert trimtab("audit", "prove", case.journal, seq, "--out", proof).code == 0
        answer = trimtab("audit", "prove", "--check", proof, "--public-key", case.public)
        assert answer.code == 0
        assert f"row {seq} (" in answer.err


@pytest.mark.parametrize("part", ["row", "path", "checkpoint", "key"])
def test_a_proof_in_which_anything_was_changed_does_not_convince(
    part: str, case: Case, tmp_path: Path
) -> None:
    case.checkpoint()
    file = tmp_path / "proof.json"
    trimtab("audit", "prove", case.journal, 5, "--out", file)
    proof, public = json.loads(file.read_text()), case.public
    if part == "row":
        proof["row"]["at"] += 1
    elif part == "path":
        proof["path"][0] = "00" * 32
    elif part == "checkpoint":
        proof["checkpoint"] = proof["checkpoint"].replace("size ", "size 1")
    else:
        public = trimtab("audit", "key", tmp_path / "other.pem").out.strip()
    file.write_text(json.dumps(proof))
    answer = trimtab("audit", "prove", "--check", file, "--public-key", public)
    assert answer.code == 1
    assert answer.err.startswith("NOT proven: ")


def test_an_older_state_is_the_beginning_of_a_newer_one(case: Case, tmp_path: Path) -> None:
    case.checkpoint()
    old = tmp_path / "old.txt"
    shutil.copy(case.checkpoints, old)
    for words in (["10", str(case.rows())], ["10", str(old)], ["7", "7"]):
        answer = trimtab("audit", "consistency", case.journal, *words, "--json", "-")
        assert (answer.code, answer.json["consistent"]) == (0, True)


def test_a_state_that_was_changed_since_is_told(case: Case) -> None:
    case.checkpoint()
    size, checkpoints = case.rows(), case.checkpoints
    text = checkpoints.read_text()
    root = found_in(text).checkpoints[0].root
    checkpoints.write_text(text.replace(root, "00" * 32))
    answer = trimtab("audit", "consistency", case.journal, "10", size)
    assert answer.code == 1
    assert answer.err == f"the first 10 rows were changed before there were {size}\n"


@pytest.mark.parametrize("name", ["export", "export.zip"])
def test_an_export_holds_all_that_an_auditor_needs_and_verifies_itself(
    name: str, case: Case, tmp_path: Path
) -> None:
    case.checkpoint()
    out, folder = tmp_path / name, tmp_path / "export"
    answer = trimtab("audit", "export", case.journal, "--out", out, "--json", "-")
    assert (answer.code, answer.json["rows"]) == (0, case.rows())
    if name.endswith(".zip"):
        zipfile.ZipFile(out).extractall(folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    for file, digest in manifest["sha256"].items():
        assert sha256((folder / file).read_bytes()).hexdigest() == digest
    assert (folder / "public-keys.txt").read_text().strip() == case.public
    assert alone(folder, "journal.jsonl").returncode == 0
    whole = alone(folder, "journal.jsonl", "--anchor", str(case.checkpoints))
    assert whole.stdout == f"whole: {case.rows()} rows, 1 checkpoints, 1 anchored\n"
    lines = (folder / "journal.jsonl").read_text().splitlines(keepends=True)
    (folder / "journal.jsonl").write_text("".join([*lines[:8], *lines[9:]]))
    assert alone(folder, "journal.jsonl").returncode == 1


def alone(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The exported verifier, run by any Python."""
    command = [sys.executable, "-I", "verify_journal.py", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_what_cannot_be_done_is_told_in_one_line_with_the_mend(case: Case, tmp_path: Path) -> None:
    there, nothing = tmp_path, tmp_path / "nothing"
    (tmp_path / "bad.json").write_text("{}")
    (tmp_path / "bad.toml").write_text(f'[audit]\nkey = "{case.key}"\nanchors = ["ftp://x/y"]\n')
    complaints = {
        ("checkpoint", case.journal): "no key: name one by --key",
        ("checkpoint", case.journal, "--key", nothing): "no such key",
        (
            "checkpoint",
            case.journal,
            "--config",
            there / "bad.toml",
        ): "audit.anchors: ftp: write file:",
        ("verify", nothing): "no such journal",
        ("verify", case.journal, "--anchor", nothing): "--anchor",
        ("verify", case.journal, "--public-key", "ed25519:x"): "neither a key",
        ("prove", case.journal, 5): "row 5 is in no checkpoint",
        ("prove",): "name a journal and a seq, or a proof by --check",
        ("prove", "--check", there / "bad.json"): "not a proof",
        ("consistency", case.journal, 1, 10**9): "fewer than 1000000000 rows",
        ("consistency", case.journal, 9, 8): "does not begin",
        ("consistency", case.journal, "x", 8): "neither a number of rows nor a file",
        ("export", case.journal, "--out", there): "is a folder",
        ("export", case.journal, "--out", nothing / "x"): "does not exist: make it first",
    }
    for words, complaint in complaints.items():
        answer = trimtab("audit", *words)
        assert answer.code == 2, words
        assert complaint in answer.err, words
        assert answer.err.count("\n") == 1, words


def test_the_verifier_is_short_and_shares_nothing_with_the_package() -> None:
    script = Path("scripts/verify_journal.py").read_text(encoding="utf-8")
    assert len(script.splitlines()) <= 200
    assert "import trimtab" not in script
    assert "from trimtab" not in script
