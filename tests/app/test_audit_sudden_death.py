"""Killed at any moment, a signed journal stays provable, and signing goes on."""

from __future__ import annotations

import subprocess
import sys
from itertools import islice
from pathlib import Path

from scripts import verify_journal
from tests.builders.commands import trimtab
from tests.builders.soak import rounds
from tests.builders.tampering import chance
from trimtab.records.checkpoint import found_in


def killed_after(folder: Path, lines: int) -> list[str]:
    """What it said, the line that was cut off excepted."""
    command = [sys.executable, "-m", "tests.app.endless_signing", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        said = list(islice(writer.stdout, lines))
        writer.kill()
        said += list(writer.stdout)
    return [line.strip() for line in said if line.endswith("\n")]


def test_after_each_kill_9_what_was_signed_is_proven_and_the_next_run_goes_on(
    tmp_path: Path,
) -> None:
    trimtab("audit", "key", tmp_path / "audit.pem")
    journal, anchor = tmp_path / "bot.db", tmp_path / "anchor.txt"
    own, signed = Path(f"{journal}.checkpoints"), 0
    for number in range(rounds(3, 20)):
        lines = chance().randint(1, 400) if number else 300
        said = killed_after(tmp_path, lines)
        assert all(line.isdecimal() for line in said), (number, lines)
        anchors = [anchor] if anchor.exists() and found_in(anchor.read_text()).checkpoints else []
        words = [word for one in anchors for word in ("--anchor", one)]
        answer = trimtab("audit", "verify", journal, *words, "--json", "-")
        assert answer.code == 0, (number, lines, answer.err)
        assert answer.json["proven_rows"] >= signed
        signed = answer.json["proven_rows"]
        alone = verify_journal.verify(journal, own, anchors, [])
        assert alone[-1] == answer.err.splitlines()[-1]
    assert signed > 0
