"""The fold: however bars are cut, and whenever it is done again, the same bits come out."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.structs import replace

from tests.builders.market import World, cut, one_by_one, started, world
from tests.builders.operator import with_orders
from tests.builders.running import Run, reacted, run
from trimtab.domain.canonical import decode
from trimtab.domain.facts import Outside
from trimtab.domain.observations import BarsClosed
from trimtab.mind.mind import Mind
from trimtab.records.snapshot import encode
from trimtab.runtime.replay import replayed

seeds = some.integers(0, 2**32 - 1)


def told(seed: int) -> tuple[World, list[Outside]]:
    """A busy market with an operator who tries everything."""
    given_world = world(seed)
    return given_world, with_orders(given_world.facts())


def ran(chosen: World, facts: list[Outside]) -> Run:
    return run(started(chosen.opened), facts)


@settings(max_examples=8)
@given(seeds)
def test_bars_one_by_one_in_blocks_and_whole_give_the_same_bits(seed: int) -> None:
    chosen, facts = told(seed)
    whole = ran(chosen, facts)
    for others in (one_by_one(facts), cut(facts, np.random.default_rng(seed))):
        other = ran(chosen, others)
        assert other.derived == whole.derived
        assert encode(other.mind) == encode(whole.mind)


@settings(max_examples=8)
@given(seeds)
def test_the_outside_facts_of_a_journal_rebuild_every_derived_fact_and_the_state(seed: int) -> None:
    recorded = ran(*told(seed))
    again = replayed(recorded.rows, {}, compare=True)
    assert again.differences == ()
    assert again.compared
    assert encode(again.mind) == encode(recorded.mind)


@settings(max_examples=8)
@given(seeds)
def test_the_pure_core_decides_as_the_loop_around_it_does(seed: int) -> None:
    chosen, facts = told(seed)
    recorded = ran(chosen, facts)
    mind, _ = reacted(Mind.of(started(chosen.opened)), *facts)
    assert encode(mind) == encode(recorded.mind)


@settings(max_examples=8)
@given(seeds, some.integers(1, 400))
def test_a_state_once_handed_out_never_changes(seed: int, cut_at: int) -> None:
    chosen, facts = told(seed)
    before, after = facts[: cut_at % len(facts)], facts[cut_at % len(facts) :]
    handed_out = ran(chosen, before).mind
    kept = encode(handed_out)
    reacted(handed_out, *after)
    assert encode(handed_out) == kept


def test_every_fact_of_a_run_can_be_read_back() -> None:
    recorded = ran(*told(1))
    assert all(decode(row.payload).at == row.at for row in recorded.rows)


def test_hours_without_any_bar_are_recorded_and_replayed() -> None:
    chosen, facts = told(1)
    bars = [fact for fact in facts if isinstance(fact, BarsClosed) and len(fact.bars) > 2]
    nothing = np.full_like(bars[3].bars, np.nan)
    nothing.flags.writeable = False  # as all bars are: others would compile the kernels anew
    silent = replace(bars[3], bars=nothing)
    recorded = ran(chosen, [silent if fact is bars[3] else fact for fact in facts])
    again = replayed(recorded.rows, {}, compare=True)
    assert again.differences == ()
    assert encode(again.mind) == encode(recorded.mind)


def test_after_hours_of_which_nobody_told_time_goes_on_where_it_is() -> None:
    chosen, facts = told(1)
    gap = range(facts[60].at, facts[90].at)
    heard = [fact for fact in facts if not (isinstance(fact, BarsClosed) and fact.at in gap)]
    recorded = ran(chosen, heard)
    mind, _ = reacted(Mind.of(started(chosen.opened)), *heard)
    assert recorded.mind.books.closed == facts[-1].at
    assert encode(mind) == encode(recorded.mind)
