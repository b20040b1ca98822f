"""Any place of the past can be had again, to the state's hash that was recorded there."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import NamedTuple

import numpy as np
import pytest
from msgspec.structs import replace

from tests.builders.market import LIVELY, one_by_one, started, world
from tests.builders.operator import with_orders
from tests.builders.soak import rounds
from trimtab.adapters.memory.clock import StandingClock
from trimtab.app.compose import versions
from trimtab.app.journals import history, writable
from trimtab.domain.units import Micros
from trimtab.records import snapshot
from trimtab.records.snapshot import Snapshot
from trimtab.runtime.event_dispatcher import EventDispatcher
from trimtab.runtime.reactive_bot import Past, ReactiveBot
from trimtab.runtime.rebuilding import rebuilt, verified
from trimtab.runtime.replay import replayed

POINTS = rounds(10, 100)
STARTS = 3
STATE_EVERY = 25
"""Steps from one state that is put aside to the next."""


class Ran(NamedTuple):
    """A run whose journal tells the state's hash after every step."""

    place: str
    states: list[Snapshot]
    """Some of them whole, from the first on."""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """On a real disk, restarted now and then, with an operator who tries everything."""
    place = str(tmp_path_factory.mktemp("points") / "run.db")
    chosen = world(21, 300)
    facts = one_by_one(with_orders(chosen.facts()))
    start = replace(started(chosen.opened, replace(LIVELY, gate=None)), versions=versions())
    states: list[Snapshot] = []
    past: Past | None = None
    share = len(facts) // STARTS + 1
    for first in range(0, len(facts), share):
        with closing(writable(place, start.bot, StandingClock(start.at))) as journal:
            at = start.at if past is None else past.mind.instant
            again = replace(start, at=Micros(at))
            bot = ReactiveBot(again, journal, EventDispatcher(), past=past, snapshot_every=1)
            for number, fact in enumerate(facts[first : first + share]):
                bot.take(fact)
                if number % STATE_EVERY == 0 and (kept := journal.snapshot()) is not None:
                    states.append(kept)
            bot.finish()
            last = journal.snapshot()
            assert last is not None
            past = Past(bot.mind, last.seq)
    return Ran(place, states)


def some(points: Sequence[Snapshot], seed: int) -> list[Snapshot]:
    chosen = np.random.default_rng(seed).choice(len(points), POINTS, replace=False)
    return [points[number] for number in chosen.tolist()]


def test_random_places_of_the_past_come_to_the_hash_that_was_recorded(ran: Ran) -> None:
    with closing(history(ran.place)) as journal:
        for point in some(journal.snapshots(), 2_026):
            again = verified(journal, versions(), point.seq)
            assert again.state_hash == point.state_hash, point.seq
            assert again.differences == ()


def test_from_any_earlier_state_they_come_to_the_same_hash(ran: Ran) -> None:
    with closing(history(ran.place)) as journal:
        for number, point in enumerate(some(journal.snapshots(), 2_027)):
            earlier = [state for state in ran.states if state.seq <= point.seq]
            begin = earlier[number % len(earlier)] if earlier else None
            rows = journal.read(0 if begin is None else begin.seq, point.seq)
            again = replayed(rows, versions(), compare=False, begin=begin)
            assert again.state_hash == point.state_hash, (begin and begin.seq, point.seq)


def test_every_state_of_the_run_comes_out_again(ran: Ran) -> None:
    with closing(history(ran.place)) as journal:
        again = verified(journal, versions())
        assert again.equal_snapshots == len(journal.snapshots()) > 300
        assert (again.different_snapshots, again.different) == ((), 0)
        assert again.starts == STARTS
        assert again.state_hash == rebuilt(journal, versions()).state_hash
        last = journal.snapshots()[-1]
        assert again.state_hash == last.state_hash == snapshot.hash_of(snapshot.encode(again.mind))
