"""Whatever seed Python's hashes have, the same journal is written, and the same state comes out."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from tests.builders.files import write_world
from tests.builders.soak import rounds
from trimtab.app.journals import history

SEEDS = rounds(2, 10)


class Outcome(NamedTuple):
    """What one process made of the same files."""

    journal: str
    """SHA-256 over all columns of all rows."""
    replay: dict[str, Any]
    """Of the first process's journal."""


def trimtab(seed: int, *words: object) -> bytes:
    """Standard output of `trimtab WORDS` in a process of its own."""
    command = [sys.executable, "-m", "trimtab", *map(str, words)]
    environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def content(journal: Path) -> str:
    with closing(history(str(journal))) as reader:
        rows = hashlib.sha256()
        for row in reader.read():
            rows.update(msgspec.json.encode(row))
    return rows.hexdigest()


def test_runs_and_replays_are_byte_identical_whatever_the_seed_of_hashes(tmp_path: Path) -> None:
    files = write_world(tmp_path, rows=300)
    config = tmp_path / "trimtab.toml"
    config.write_text("[gate]\nenabled = false\n", encoding="utf-8")
    outcomes: list[Outcome] = []
    for number in range(SEEDS):
        seed = 1 + number * 7_919
        path = tmp_path / f"{seed}.db"
        options = ("--config", config, "--journal", path)
        trimtab(seed, "backtest", *files.options(), *options)
        told = trimtab(seed, "replay", tmp_path / "1.db", "--verify", "--json", "-")
        outcomes.append(Outcome(content(path), msgspec.json.decode(told)))
    assert outcomes == [outcomes[0]] * SEEDS
    assert outcomes[0].replay["differences"] == 0
    assert outcomes[0].replay["compared"] is True
    assert outcomes[0].replay["rows"] > 500
