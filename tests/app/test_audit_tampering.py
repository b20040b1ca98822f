"""Whatever is done to a journal's rows, `audit verify` finds it, and so does the verifier that stands alone.

Given: the checkpoints that were kept elsewhere, the last of which speaks for all rows.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from scripts import verify_journal
from tests.builders.checkpoints import checkpoints_of, signer, write_checkpoints
from tests.builders.commands import trimtab
from tests.builders.files import write_world
from tests.builders.soak import rounds
from tests.builders.tampering import KINDS, Victim, chance
from trimtab.adapters.sqlite.journal_reader import JournalReader
from trimtab.app.audit.verifying import verdict_on
from trimtab.records.audit_words import told

ROUNDS = rounds(60, 1_000)


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a real run, with its checkpoints beside it and in `anchor.txt`; must not be changed."""
    folder = tmp_path_factory.mktemp("journal")
    path, config = folder / "run.db", folder / "trimtab.toml"
    config.write_text("[gate]\nenabled = false\n", encoding="utf-8")
    files = write_world(folder, rows=640)
    words = ("backtest", *files.options(), "--config", config, "--journal", path)
    assert trimtab(*words).code == 0
    reader = JournalReader(path)
    rows = list(reader.read())
    reader.close()
    assert len(rows) >= 2_000
    made = checkpoints_of(rows, signer())
    write_checkpoints(Path(f"{path}.checkpoints"), made)
    write_checkpoints(anchor_of(path), made[-1:])
    write_checkpoints(anchor_of(path, "all.txt"), made)
    return path


def anchor_of(journal: Path, name: str = "anchor.txt") -> Path:
    """What was kept elsewhere: the last checkpoint; in `all.txt` all of them."""
    return journal.with_name(name)


def package_says(victim: Victim, anchor: Path) -> str:
    """The verdict of `audit verify`."""
    verdict = verdict_on(str(victim.journal), victim.checkpoints, [anchor])
    return list(told(verdict))[-1]


def verifier_says(victim: Victim, anchor: Path) -> str:
    """The verdict of the program that shares no code with the package."""
    return verify_journal.verify(victim.journal, victim.checkpoints, [anchor], [])[-1]


def test_an_untouched_copy_is_whole(journal: Path, tmp_path: Path) -> None:
    victim = Victim.copied(journal, tmp_path)
    said = package_says(victim, anchor_of(journal))
    assert said.startswith("whole: ")
    assert said == verifier_says(victim, anchor_of(journal))


@pytest.mark.parametrize("kind", KINDS)
def test_every_tampering_is_found_by_both(kind: str, journal: Path, tmp_path: Path) -> None:
    for seed in seeds(kind):
        victim = Victim.copied(journal, tmp_path)
        KINDS[kind](victim, chance(seed))
        anchor = anchor_of(journal, "all.txt" if seed % 4 == 0 else "anchor.txt")
        said = package_says(victim, anchor)
        assert said.startswith("CHANGED"), f"{kind}, seed {seed}"
        assert said == verifier_says(victim, anchor), f"{kind}, seed {seed}"


def seeds(kind: str) -> Sequence[int]:
    """Each kind has its share of the rounds; other seeds each time."""
    share = ROUNDS // len(KINDS) + (list(KINDS).index(kind) < ROUNDS % len(KINDS))
    return [chance().randrange(2**32) for _ in range(share)]


@pytest.mark.parametrize("kind", ["edit payload", "truncate", "rewrite and sign"])
def test_as_commands_both_end_with_exit_code_1(kind: str, journal: Path, tmp_path: Path) -> None:
    victim, anchor = Victim.copied(journal, tmp_path), anchor_of(journal)
    untouched = trimtab("audit", "verify", victim.journal, "--anchor", anchor)
    assert (untouched.code, ran_alone(victim, anchor).returncode) == (0, 0)
    KINDS[kind](victim, chance(1))
    answer, alone = (
        trimtab("audit", "verify", victim.journal, "--anchor", anchor),
        ran_alone(victim, anchor),
    )
    assert (answer.code, alone.returncode) == (1, 1)
    assert answer.err.splitlines()[-1] == alone.stdout.splitlines()[-1]


def ran_alone(victim: Victim, anchor: Path) -> subprocess.CompletedProcess[str]:
    """The verifier as a program, without the package in reach."""
    script = Path(verify_journal.__file__)
    words = [sys.executable, "-I", str(script), str(victim.journal), "--anchor", str(anchor)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def test_without_an_anchor_a_rewrite_that_the_key_signed_passes_and_the_verdict_says_so(
    journal: Path, tmp_path: Path
) -> None:
    victim = Victim.copied(journal, tmp_path)
    KINDS["rewrite"](victim, chance(5))
    reader = JournalReader(victim.journal)
    write_checkpoints(victim.checkpoints, checkpoints_of(list(reader.read()), signer()))
    reader.close()
    answer = trimtab("audit", "verify", victim.journal, "--public-key", signer().key)
    assert answer.code == 0
    assert "whoever holds journal and key could have written all of it anew" in answer.err
    anchored = trimtab("audit", "verify", victim.journal, "--anchor", anchor_of(journal))
    assert anchored.code == 1
