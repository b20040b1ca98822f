"""Volatility: spikes begin and end, regimes are places among the past."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.structs import replace

from tests.context.bars_given import ONE, moving, watch
from trimtab.context.volatility_analyzer import VolatilityAnalyzer, VolatilityParameters
from trimtab.context.volatility_regime_kernel import BINS, HEAVY, regime_after
from trimtab.domain.event_types import VolatilitySpike
from trimtab.domain.market_context import VOLATILITY_REGIMES, VolatilityRegime
from trimtab.domain.observations import Bars
from trimtab.domain.units import HOUR, MARKET, MINUTE, Micros

QUICK = VolatilityParameters(warm_up=40.0, settled=40.0, census=1.0)


def calm(rows: int, seed: int = 0, size: float = 0.005) -> np.ndarray:
    """Moves of one size and random sign: nothing but a spike is a spike."""
    return size * np.random.default_rng(seed).choice([-1.0, 1.0], rows)


def spikes(moves: np.ndarray, parameters: VolatilityParameters = QUICK) -> list[VolatilitySpike]:
    _, events = watch(VolatilityAnalyzer.of(ONE, HOUR, parameters), moving(moves))
    return [e for e in events if isinstance(e, VolatilitySpike) and e.coin != MARKET]


def test_a_burst_begins_a_spike_and_calm_ends_it() -> None:
    moves = calm(200)
    moves[100:106] *= 5.0
    began, over = spikes(moves)
    assert 101 <= began.at <= 106
    assert began.ratio > 1.0
    assert began.evidence["surprise"] > QUICK.dials(HOUR)["limit"][0] - 1.0
    assert not began.over
    assert over.over
    assert over.ratio < QUICK.calm
    assert over.at > began.at


def test_a_spike_is_more_certain_the_larger_it_is() -> None:
    moves = calm(200)
    moves[100:106] *= 5.0
    wilder = moves.copy()
    wilder[100:106] *= 2.0
    assert 0.5 < spikes(moves)[0].confidence < spikes(wilder)[0].confidence < 1.0


@pytest.mark.parametrize(("distance", "count"), [(20, 1), (30, 2)])
def test_spikes_keep_their_distance(distance: int, count: int) -> None:
    moves = calm(200)
    for start in (100, 100 + distance):
        moves[start : start + 3] *= 4.0
    told = spikes(moves, replace(QUICK, refractory=24.0))
    assert sum(not spike.over for spike in told) == count
    assert any(spike.over and spike.at < 100 + distance for spike in told)


def test_nothing_is_a_spike_while_it_is_learning() -> None:
    moves = calm(40)
    moves[30:36] *= 20.0
    assert not spikes(moves)


def test_one_wild_bar_however_wild_is_no_spike() -> None:
    moves = calm(200)
    moves[150] = 1.0
    assert not spikes(moves)


def test_one_wild_bar_counts_no_more_than_the_cap() -> None:
    moves = calm(100)
    moves[90] = 3.0
    bars = moving(moves[:91])
    state, _ = watch(VolatilityAnalyzer.of(ONE, HOUR, QUICK), bars)
    gain = 1.0 - 2.0 ** (-1.0 / 3.1)
    assert state.readings()[0].ratio <= sqrt(1.0 + gain * QUICK.cap)


@settings(max_examples=10)
@given(some.integers(0, 1000))
def test_sigma_is_the_weighted_root_mean_square(seed: int) -> None:
    moves = np.random.default_rng(seed).normal(0.0, 0.004, 120)
    state, _ = VolatilityAnalyzer.of(ONE, HOUR, VolatilityParameters(warm_up=10_000.0)).advance(
        moving(moves), 0, 120
    )
    gain = 1.0 - 2.0 ** (-1.0 / 72.0)
    level = 0.0
    for count, move in enumerate(moves[1:], 1):
        level += max(gain, 1.0 / count) * (move**2 - level)
    assert state.sigmas()[0] == pytest.approx(sqrt(level), rel=1e-6)


def test_sigma_is_unknown_before_the_first_move() -> None:
    state, _ = VolatilityAnalyzer.of(ONE, HOUR).advance(moving([0.0]), 0, 1)
    assert np.isnan(state.sigmas()).all()


def test_the_range_of_a_bar_is_the_one_of_rogers_and_satchell() -> None:
    row = np.array([[[100.0]], [[103.0]], [[99.0]], [[101.0]], [[1.0]]]).reshape(1, 5, 1)
    bars: Bars = np.ascontiguousarray(np.concatenate([row, row]))
    bars.flags.writeable = False
    state, _ = VolatilityAnalyzer.of(ONE, HOUR).advance(bars, 0, 2)
    up, down, end = log(1.03), log(0.99), log(1.01)
    expected = 0.85 * (up * (up - end) + down * (down - end))  # the close did not move
    assert state.readings()[0].volatility == pytest.approx(sqrt(expected))


def test_a_move_across_a_short_gap_is_spread_over_its_bars() -> None:
    moves = [0.0, 0.01, np.nan, np.nan, np.nan, 0.02]
    state, _ = VolatilityAnalyzer.of(ONE, HOUR).advance(moving(moves), 0, 6)
    assert state.cells["short"][0] == pytest.approx((0.01**2 + (0.02 / 2.0) ** 2) / 2.0)


def test_a_move_across_a_long_gap_is_not_counted() -> None:
    moves = [0.0, 0.01, *[np.nan] * 6, 0.5, 0.01]
    state, _ = VolatilityAnalyzer.of(ONE, HOUR).advance(moving(moves), 0, len(moves))
    assert state.cells["short"][0] == pytest.approx(0.01**2)


def test_the_regime_is_unknown_until_it_is_learnt_then_low_medium_or_high() -> None:
    parameters = replace(QUICK, range_halflife=2.0)
    moves = np.concatenate([calm(100), calm(60, size=0.05), calm(60, size=0.0005)])
    start = VolatilityAnalyzer.of(ONE, HOUR, parameters)
    regimes = [
        watch(start, moving(moves[:rows]))[0].readings()[0].regime for rows in (30, 155, 220)
    ]
    assert regimes == ["unknown", "high", "low"]


@pytest.mark.parametrize(
    ("before", "rank", "after"),
    [
        ("unknown", 0.30, "low"),
        ("unknown", 0.70, "high"),
        ("medium", 0.30, "medium"),
        ("medium", 0.27, "low"),
        ("medium", 0.70, "medium"),
        ("medium", 0.73, "high"),
        ("low", 0.37, "low"),
        ("low", 0.39, "medium"),
        ("low", 0.80, "high"),
        ("high", 0.63, "high"),
        ("high", 0.61, "medium"),
        ("high", 0.10, "low"),
    ],
)
def test_leaving_a_regime_takes_more_than_entering_it(
    before: VolatilityRegime, rank: float, after: VolatilityRegime
) -> None:
    dials = VolatilityParameters().dials(HOUR)[0]
    code = regime_after(VOLATILITY_REGIMES.index(before), rank, dials)
    assert VOLATILITY_REGIMES[code] == after


def test_a_change_of_regime_stops_the_run_without_an_event() -> None:
    moves = np.concatenate([calm(100), calm(60, size=0.02)])
    state, stop = VolatilityAnalyzer.of(ONE, HOUR, replace(QUICK, false_alarms=1e-9)).advance(
        moving(moves), 0, 160
    )
    assert stop < 160
    assert state.fired
    assert not state.events(Micros(stop))


@settings(max_examples=10)
@given(some.integers(0, 1000))
def test_the_rank_is_the_weighted_share_of_calmer_ranges(seed: int) -> None:
    """Against a plain sort of all that was seen; a bin is worth some points."""
    moves = np.random.default_rng(seed).normal(0.0, 0.005, 400)
    parameters = replace(QUICK, memory_halflife=100.0, range_halflife=12.0, false_alarms=1e-9)
    state = VolatilityAnalyzer.of(ONE, HOUR, parameters)
    bars, ranges = moving(moves), list[float]()
    for row in range(400):
        state, _ = state.advance(bars, row, row + 1)
        ranges.append(float(state.cells["range"][0]))
    weights = 2.0 ** (np.arange(400) / 100.0)[1:]
    seen = np.array(ranges[1:])
    below = weights[seen < seen[-1]].sum() / weights.sum()
    assert state.readings()[0].rank == pytest.approx(below, abs=0.15)


def test_the_histogram_follows_a_coin_whose_volatility_leaves_it() -> None:
    moves = np.concatenate([calm(60, size=1e-6), calm(60, size=0.1), calm(400, size=0.1)])
    state, _ = watch(VolatilityAnalyzer.of(ONE, HOUR, QUICK), moving(moves))
    cell = state.cells[0]
    assert 0 <= cell["bin"] < BINS
    assert cell["seen"].sum() == pytest.approx(cell["total"])
    assert cell["below"] == pytest.approx(cell["seen"][: cell["bin"]].sum())
    assert 0.0 < state.readings()[0].rank <= 1.0


def test_the_weights_of_the_histogram_stay_within_bounds() -> None:
    forgetful = replace(QUICK, memory_halflife=0.1)
    moves = np.random.default_rng(2).normal(0.0, 0.005, 300)
    state, _ = watch(VolatilityAnalyzer.of(ONE, HOUR, forgetful), moving(moves))
    cell = state.cells[0]
    assert cell["weight"] <= HEAVY
    assert cell["seen"].sum() == pytest.approx(cell["total"])
    assert 0.0 <= state.readings()[0].rank <= 1.0


def test_minutes_and_hours_mean_the_same_in_time() -> None:
    hourly = VolatilityParameters().dials(HOUR)[0]
    minutely = VolatilityParameters().dials(MINUTE)[0]
    assert minutely["warm_up"] == 60 * hourly["warm_up"]
    assert (1.0 - minutely["short"]) ** 60 == pytest.approx(1.0 - hourly["short"])
