"""The whole engine is killed under load and started again: a real process, really killed."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from tests.builders.soak import rounds
from tests.runtime.endless_engine import feed
from trimtab.app.compose import versions
from trimtab.app.journals import history
from trimtab.domain.tags import tag_of
from trimtab.records.journal_row import JournalRow, verify
from trimtab.runtime.replay import replayed

ROUNDS = rounds(2, 20)

REOPENED_WITHIN = 1.0
"""Seconds from opening the journal to a bot that goes on."""


class Round(NamedTuple):
    """What an engine said before it was killed."""

    durable: int
    """The last seq that it called durable."""
    back_after: float
    """Seconds."""


def engine(journal: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.runtime.endless_engine", str(journal)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def heard(said: list[str]) -> Round:
    whole = [line for line in said if line.endswith("\n")]
    back = next(line for line in whole if line.startswith("back"))
    return Round(max(int(line) for line in whole if line != back), float(back.split()[-1]))


def killed_after(journal: Path, flushes: int) -> Round:
    with engine(journal) as running:
        assert running.stdout is not None
        said = list(islice(running.stdout, 2 + flushes))
        running.kill()
        said += list(running.stdout)
    return heard(said)


def run_to_its_end(journal: Path) -> Round:
    with engine(journal) as running:
        assert running.stdout is not None
        said = list(running.stdout)
    assert running.returncode == 0
    return heard(said)


def rows(journal: Path) -> list[JournalRow]:
    with closing(history(str(journal))) as reader:
        return list(reader.read())


def told(found: list[JournalRow]) -> Iterator[tuple[str, int]]:
    """Facts from outside, but for the starts: of each type there is one at a moment."""
    outside = (row for row in found if row.causation_id is None)
    return ((row.type, row.at) for row in outside if row.type != "engine_started")


def test_however_often_an_engine_is_killed_no_fact_is_lost_or_doubled(tmp_path: Path) -> None:
    journal, generator = tmp_path / "engine.db", random.Random(5)  # noqa: S311 - moments of death
    for number in range(ROUNDS):
        said = killed_after(journal, generator.randint(1, 400 // ROUNDS))
        found = rows(journal)
        starts = sum(row.type == "engine_started" for row in found)
        assert said.back_after <= REOPENED_WITHIN
        assert (len(found) >= said.durable, starts) == (True, number + 1)
    said = run_to_its_end(journal)
    assert said.back_after <= REOPENED_WITHIN

    found = rows(journal)
    assert len(found) == said.durable
    assert verify(found) is None
    assert len({row.event_id for row in found}) == len(found)
    assert sorted(told(found)) == sorted((tag_of(fact), fact.at) for fact in feed())
    replay = replayed(found, versions(), compare=True)
    assert (replay.differences, replay.compared, replay.chain_broken_at) == ((), True, None)
    with closing(history(str(journal))) as reader:
        kept = reader.snapshots()
    assert kept[-1].seq == len(found)
