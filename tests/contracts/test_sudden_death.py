"""A journal on disk survives the sudden death of its writer: a real process, really killed."""

from __future__ import annotations

import subprocess
import sys
from itertools import islice
from pathlib import Path

from trimtab.adapters.sqlite.journal_reader import JournalReader
from trimtab.records.journal_row import JournalRow, verify

STEP = ["bars_closed", "volatility_spike", "order_intended", "adaptation_refused"]


def killed_after(path: Path, flushes: int) -> int:
    """The last seq that a writer called durable before it was killed."""
    command = [sys.executable, "-m", "tests.contracts.endless_writer", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        said = list(islice(writer.stdout, flushes))
        writer.kill()
        said += list(writer.stdout)
    return int([line for line in said if line.endswith("\n")][-1])


def rows(path: Path) -> list[JournalRow]:
    reader = JournalReader(path)
    found = list(reader.read())
    reader.close()
    return found


def test_after_kill_9_all_that_was_durable_is_there_and_no_step_is_split(tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    for flushes in (1, 40, 200):
        durable = killed_after(path, flushes)
        found = rows(path)
        assert len(found) >= durable
        assert [row.type for row in found] == STEP * (len(found) // 4)
        assert verify(found) is None
