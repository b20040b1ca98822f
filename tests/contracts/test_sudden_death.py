"""A journal on disk survives the sudden death of its writer: a real process, really killed."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from itertools import islice
from pathlib import Path
from random import Random
from time import perf_counter

from tests.builders.soak import rounds
from tests.contracts.journals import BOT
from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.adapters.sqlite.journal_reader import JournalReader
from trimtab.adapters.system_clock import SystemClock
from trimtab.ports import JournalError
from trimtab.records.journal_row import JournalRow, verify

STEP = ["bars_closed", "volatility_spike", "order_intended", "adaptation_refused"]

REOPENED_WITHIN = 1.0
"""Seconds."""


def killed_after(path: Path, flushes: int, seconds: float) -> int:
    """The last seq that a writer called durable before it was killed; 0 if it had said none.

    Without flushes it is killed so many seconds after its start, while it opens the journal or so.
    """
    command = [sys.executable, "-m", "tests.contracts.endless_writer", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        said = list(islice(writer.stdout, flushes))
        if not flushes:
            with suppress(subprocess.TimeoutExpired):
                writer.wait(seconds)
        writer.kill()
        said += list(writer.stdout)
    return int(([line for line in said if line.endswith("\n")] or ["0"])[-1])


def read(path: Path) -> list[JournalRow]:
    """As somebody sees it who only looks on."""
    try:
        reader = JournalReader(path)
    except JournalError as error:  # it was killed before there was one
        if not str(error).endswith(("no such journal: check the path", "has written into it yet")):
            raise
        return []
    rows = list(reader.read())
    reader.close()
    return rows


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
    durable = 0
    for number in range(rounds(6, 300)):
        path = tmp_path / f"{number // 20}.db"
        durable = 0 if number % 20 == 0 else durable
        flushes = random.choice((0, 0, 1, 5, 40, 200, 700))
        durable = max(durable, killed_after(path, flushes, random.uniform(0.2, 0.6)))
        seen = read(path)
        rows, took = reopened(path)
        told = f"round {number} of seed {seed}"
        assert len(rows) >= durable, told
        assert rows == seen, told
        assert [row.type for row in rows] == STEP * (len(rows) // 4), told
        assert len({row.event_id for row in rows}) == len(rows), told
        assert verify(rows) is None, told
        assert is_sound(path), told
        assert took <= REOPENED_WITHIN, told
