"""A journal on disk survives the sudden death of its writer: a real process, really killed."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from itertools import islice
from pathlib import Path
from random import Random
from time import perf_counter

from tests.builders.soak import rounds
from tests.contracts.journals import BOT
from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.adapters.sqlite.journal_reader import JournalReader
from trimtab.adapters.system_clock import SystemClock
from trimtab.records.journal_row import JournalRow, verify

STEP = ["bars_closed", "volatility_spike", "order_intended", "adaptation_refused"]

REOPENED_WITHIN = 1.0
"""Seconds."""


def killed_after(path: Path, flushes: int) -> int:
    """The last seq that a writer called durable before it was killed."""
    command = [sys.executable, "-m", "tests.contracts.endless_writer", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        said = list(islice(writer.stdout, flushes))
        writer.kill()
        said += list(writer.stdout)
    return int([line for line in said if line.endswith("\n")][-1])


def reopened(path: Path) -> tuple[list[JournalRow], float]:
    """The rows as the next writer finds them, and how many seconds it needed to take over."""
    begun = perf_counter()
    journal = SqliteJournal.open(path, BOT, SystemClock())
    took = perf_counter() - begun
    rows = list(journal.read())
    journal.close()
    return rows, took


def is_sound(path: Path) -> bool:
    reader = JournalReader(path)
    try:
        return not reader.damage()
    finally:
        reader.close()


def test_after_each_kill_9_all_that_was_durable_is_there_once_and_no_step_is_split(
    tmp_path: Path,
) -> None:
    """A fresh journal every 20 kills, so that empty ones and long logs both occur."""
    seed = Random().randrange(2**32)  # noqa: S311 - other moments each time
    random = Random(seed)  # noqa: S311
    for number in range(rounds(6, 300)):
        path = tmp_path / f"{number // 20}.db"
        durable = killed_after(path, random.choice((1, 1, 5, 40, 200, 700)))
        rows, took = reopened(path)
        told = f"round {number} of seed {seed}"
        assert len(rows) >= durable, told
        assert [row.type for row in rows] == STEP * (len(rows) // 4), told
        assert max(Counter(row.event_id for row in rows).values()) == 1, told
        assert verify(rows) is None, told
        assert is_sound(path), told
        assert took <= REOPENED_WITHIN, told
