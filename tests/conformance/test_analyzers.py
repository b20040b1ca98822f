"""What every analyzer promises, and the engine that holds them all."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import isfinite
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.structs import astuple

from trimtab.context import (
    correlation_kernel,
    engine_kernel,
    phase_kernel,
    volatility_kernel,
    volume_kernel,
)
from trimtab.context.advance_together import advance_together
from trimtab.domain.event_types import MarketEvent
from trimtab.domain.observations import Bars
from trimtab.domain.units import Coin, Micros
from trimtab.records.snapshot import decode, encode

from .analyzers import ALL, ANALYZERS, Analyzer, CellAnalyzer
from .markets import COINS, COMPILED, EXAMPLES, ROWS, frozen, market

Maker = Callable[[tuple[Coin, ...]], Analyzer]

every_analyzer = pytest.mark.parametrize("make", ALL, ids=lambda make: str(make.__name__))
quickly = settings(max_examples=EXAMPLES)
seeds = some.integers(0, 10_000)
rows = some.integers(1, ROWS - 1)


def watched(
    state: Analyzer, bars: Bars, start: int = 0, limit: int | None = None
) -> tuple[Analyzer, list[MarketEvent]]:
    """The state after the rows, and the events, each at the number of its row."""
    row, seen = start, list[MarketEvent]()
    end = len(bars) if limit is None else limit
    while row < end:
        state, row = state.advance(bars, row, end)
        seen += state.events(Micros(row))
    return state, seen


@every_analyzer
@quickly
@given(seed=seeds, cuts=some.lists(rows, max_size=5))
def test_chunks_of_any_size_give_the_same_bits(make: Maker, seed: int, cuts: list[int]) -> None:
    bars = market(seed)
    whole, seen = watched(make(COINS), bars)
    state, events = make(COINS), list[MarketEvent]()
    edges = [0, *sorted(cuts), ROWS]
    for start, limit in pairwise(edges):
        state, more = watched(state, bars, start, limit)
        events += more
    assert encode(state) == encode(whole)
    assert events == seen


@every_analyzer
def test_one_row_at_a_time_gives_the_same_bits_and_events(make: Maker) -> None:
    bars = market(1)
    whole, seen = watched(make(COINS), bars)
    state, events = make(COINS), list[MarketEvent]()
    for row in range(ROWS):
        state, stop = state.advance(frozen(bars[row : row + 1]), 0, 1)
        assert stop == 1
        events += state.events(Micros(row + 1))
    assert encode(state) == encode(whole)
    assert events == seen


@pytest.mark.skipif(not COMPILED, reason="the markets are too small without the compiler")
@every_analyzer
def test_the_markets_of_this_suite_do_set_every_analyzer_off(make: Maker) -> None:
    assert any(watched(make(COINS), market(seed))[1] for seed in range(20))


@every_analyzer
@quickly
@given(seed=seeds, cut=rows)
def test_a_restored_analyzer_goes_on_as_if_nothing_happened(
    make: Maker, seed: int, cut: int
) -> None:
    bars = market(seed)
    before, _ = watched(make(COINS), bars, 0, cut)
    restored = decode(encode(before), type(before))
    onward, seen = watched(before, bars, cut)
    again, events = watched(restored, bars, cut)
    assert encode(again) == encode(onward)
    assert events == seen


@every_analyzer
@quickly
@given(seed=seeds, other=seeds, cut=rows)
def test_the_future_changes_nothing_in_the_past(
    make: Maker, seed: int, other: int, cut: int
) -> None:
    bars = market(seed)
    changed = bars.copy()
    changed[cut:] = market(other)[cut:]
    state, seen = watched(make(COINS), bars, 0, cut)
    same, events = watched(make(COINS), frozen(changed), 0, cut)
    assert encode(state) == encode(same)
    assert events == seen
    _, all_events = watched(make(COINS), bars)
    assert all_events[: len(seen)] == seen


@every_analyzer
def test_a_state_once_given_out_never_changes(make: Maker) -> None:
    bars = market(2)
    middle, _ = watched(make(COINS), bars, 0, ROWS // 2)
    kept = encode(middle)
    watched(middle, bars, ROWS // 2)
    middle.joined((*COINS, Coin("NEW")))
    assert encode(middle) == kept


@every_analyzer
def test_a_state_never_grows(make: Maker) -> None:
    bars = market(3)
    young, _ = watched(make(COINS), bars, 0, 1)
    old, _ = watched(young, bars, 1)
    assert len(encode(old)) == len(encode(young))


@every_analyzer
def test_it_works_before_it_has_learnt(make: Maker) -> None:
    state, events = watched(make(COINS), market(4), 0, 8)
    assert not events
    assert not state.fired


@every_analyzer
def test_what_fired_is_told_once(make: Maker) -> None:
    bars = market(5)
    state, row = make(COINS), 0
    while row < ROWS - 1:
        state, row = state.advance(bars, row, ROWS - 1)
        after, _ = state.advance(frozen(np.full((1, 5, len(COINS)), np.nan)), 0, 1)
        assert not set(map(str, state.events(Micros(0)))) & set(map(str, after.events(Micros(0))))


@every_analyzer
def test_rows_without_any_bar_are_no_news(make: Maker) -> None:
    state, _ = watched(make(COINS), market(6))
    silence = frozen(np.full((300, 5, len(COINS)), np.nan))
    onward, _ = watched(state, silence)
    _, events = watched(onward, market(7), 0, 1)
    assert not events


@pytest.mark.parametrize("make", ANALYZERS, ids=lambda make: str(make.__name__))
def test_absurd_numbers_do_not_stick(
    make: Callable[[tuple[Coin, ...]], CellAnalyzer],
) -> None:
    bars = market(8).copy()
    bars[40:44, :, 1] = np.array([np.inf, 0.0, -1.0, np.nan]).reshape(4, 1)
    state, row = make(COINS), 0
    while row < ROWS:
        state, row = state.advance(frozen(bars), row, ROWS)
    told = [value for reading in state.readings() for value in astuple(reading)]
    assert all(isfinite(value) for value in told if isinstance(value, float))


@every_analyzer
def test_a_coin_that_joins_or_leaves_does_not_touch_those_that_stay(make: Maker) -> None:
    bars = market(9, coins=4)
    names = (*COINS, Coin("DDD"))
    state, _ = watched(make(names), bars, 0, ROWS // 2)
    apart = state.joined((names[3], Coin("NEW"), names[0]))
    back = apart.joined((names[0], names[3]))
    direct = state.joined((names[0], names[3]))
    assert encode(back) == encode(direct)
    assert back.coins == (names[0], names[3])
    fresh = make((Coin("NEW"),)).joined((Coin("OTHER"),))
    assert encode(fresh) == encode(make((Coin("OTHER"),)))


@every_analyzer
def test_bars_of_other_coins_are_refused(make: Maker) -> None:
    with pytest.raises(ValueError, match="bars of 2 coins for 3"):
        make(COINS).advance(market(10, coins=2), 0, 1)


@pytest.mark.parametrize("make", ANALYZERS, ids=lambda make: str(make.__name__))
def test_a_coin_that_stays_keeps_its_cell(
    make: Callable[[tuple[Coin, ...]], CellAnalyzer],
) -> None:
    state, _ = make(COINS).advance(market(11), 0, ROWS)
    moved = state.joined((Coin("NEW"), COINS[2]))
    assert moved.cells[1] == state.cells[2]
    assert moved.cells[2] == state.cells[3]
    assert moved.cells[0] == make((COINS[0],)).cells[0]
    assert len(moved.readings()) == 3


@quickly
@given(seed=seeds)
def test_analyzers_in_step_see_what_each_sees_alone(seed: int) -> None:
    bars = market(seed)
    parts = [make(COINS) for make in ALL]
    row = 0
    while row < ROWS:
        parts, row = advance_together(parts, bars, row, ROWS)
    for make, part in zip(ALL, parts, strict=True):
        alone, _ = watched(make(COINS), bars)
        assert encode(part) == encode(alone)


@pytest.mark.skipif(not COMPILED, reason="nothing is compiled")
@pytest.mark.parametrize(
    "kernel",
    [phase_kernel, volatility_kernel, volume_kernel, correlation_kernel, engine_kernel],
    ids=lambda kernel: str(kernel.__name__),
)
def test_a_kernel_is_compiled_once(kernel: Any) -> None:
    for make in ALL:
        state, _ = watched(make(COINS), market(12))
        restored = decode(encode(state), type(state))
        watched(restored.joined(COINS[:2]), market(13, coins=2))
    assert len(kernel.run.signatures) == 1, kernel.run.signatures
