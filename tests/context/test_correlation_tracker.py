"""Correlation: of pairs, coins and the market; when it falls, when it only seems to, who is named."""

from __future__ import annotations

from math import isnan
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.structs import replace
from numpy.typing import NDArray

from tests.conformance.markets import COMPILED
from tests.context.bars_given import moving, names, watch
from trimtab.context.correlation_arrays import SHIFT, STATE, TOGETHER
from trimtab.context.correlation_means import pairs_of
from trimtab.context.correlation_tracker import CorrelationParameters, CorrelationTracker
from trimtab.domain.event_types import CorrelationBreakdown
from trimtab.domain.units import HOUR, MARKET, Coin
from trimtab.lab.scores.correlation_markets import QuietMarket, quiet_moves

Floats = NDArray[np.float64]

COINS = names(5)
NORMAL = NormalDist()


QUIET = 5
"""A seed with which luck does not pass for a breakdown, as it does about once a year."""


def correlated(rows: int, rho: float, seed: int = QUIET) -> Floats:
    random = np.random.default_rng(seed)
    common = random.normal(size=(rows, 1))
    own = random.normal(size=(rows, len(COINS)))
    moves: Floats = 0.005 * (np.sqrt(rho) * common + np.sqrt(1.0 - rho) * own)
    return moves


def tracked(moves: Floats, parameters: CorrelationParameters | None = None) -> CorrelationTracker:
    """After all rows, whatever happened on the way."""
    return watch(CorrelationTracker.of(names(moves.shape[1]), HOUR, parameters), moving(moves))[0]


def breakdowns(moves: Floats) -> list[CorrelationBreakdown]:
    """Those that begin."""
    return [event for event in told_of(moves) if not event.over]


def told_of(moves: Floats) -> list[CorrelationBreakdown]:
    tracker = CorrelationTracker.of(names(moves.shape[1]), HOUR)
    events = watch(tracker, moving(moves))[1]
    return [event for event in events if isinstance(event, CorrelationBreakdown)]


def standardised(moves: Floats, parameters: CorrelationParameters) -> Floats:
    """Moves over the volatility known before them, clipped; from the row where it is learnt."""
    gain = 1.0 - 2.0 ** (-1.0 / parameters.volatility_halflife)
    learnt = int(parameters.learnt)
    variance = (moves[:learnt] ** 2).mean(axis=0)
    z = np.empty((len(moves) - learnt, moves.shape[1]))
    for row in range(learnt, len(moves)):
        z[row - learnt] = moves[row] / np.sqrt(variance)
        weight = max(gain, 1.0 / (row + 1))
        variance += weight * (moves[row] ** 2 - variance)
    return np.clip(z, -parameters.clip, parameters.clip)


def expected_shift(x: Floats, y: Floats, parameters: CorrelationParameters) -> float:
    """The statistic of one pair from all its moves at once."""
    ages = np.arange(len(x))[::-1]
    decay = [
        2.0 ** (-ages / life) for life in (parameters.short_halflife, parameters.long_halflife)
    ]
    short, long = (weights / weights.sum() for weights in decay)
    summed, difference = 0.5 * (x + y) ** 2, 0.5 * (x - y) ** 2
    change = 0.5 * np.log((short @ summed) / (short @ difference))
    change -= 0.5 * np.log((long @ summed) / (long @ difference))
    added = 0.5 * (summed / (long @ summed) - difference / (long @ difference))
    return float(change / np.sqrt(((short - long) ** 2).sum() * (long @ added**2)))


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.6, 0.9])
def test_the_mean_correlation_is_found(rho: float) -> None:
    slow = CorrelationParameters(short_halflife=2000.0, clip=10.0)
    assert tracked(correlated(3000, rho), slow).readings()[-1].now == pytest.approx(rho, abs=0.05)


@settings(max_examples=10)
@given(some.integers(0, 1000))
def test_it_is_the_mean_over_all_pairs(seed: int) -> None:
    """Against every pair's mean product over the mean square."""
    moves = correlated(150, 0.5, seed)
    even = CorrelationParameters(
        volatility_halflife=1e9, short_halflife=1e9, long_halflife=2e9, learnt=2.0, clip=1e9
    )
    z = standardised(moves[1:], even)
    products = z.T @ z / len(z)
    pairs = products[~np.eye(len(COINS), dtype=bool)].mean()
    reading = tracked(moves, even).readings()[-1]
    assert reading.now == pytest.approx(pairs / np.diag(products).mean(), rel=1e-6)


@settings(max_examples=10)
@given(some.integers(0, 1000), some.sampled_from([0.0, 0.5, 0.9]))
def test_a_pairs_statistic_is_the_one_that_all_its_moves_give(seed: int, rho: float) -> None:
    brief = CorrelationParameters(
        volatility_halflife=72.0, short_halflife=8.0, long_halflife=80.0, warm_up=100.0, floor=1e-12,
        unrest_halflife=1e12, prior=1e12,
    )  # fmt: skip
    moves = correlated(366, rho, seed)
    state = tracked(moves, brief)
    z = standardised(moves[1:], brief)
    expected = [
        expected_shift(z[:, coin], z[:, other], brief) for coin in range(5) for other in range(coin)
    ]
    assert state.means[SHIFT, :10].tolist() == pytest.approx(expected, rel=1e-6)


@pytest.mark.skipif(not COMPILED, reason="a year of 15 coins takes half a minute uncompiled")
def test_under_constant_correlation_and_fat_tails_the_test_of_a_pair_holds_its_size() -> None:
    """A year of 15 coins, GARCH and Student's t; the nominal share is 1 %."""
    moves = quiet_moves(9000, QuietMarket(0.6), np.random.default_rng(3))
    state, row, below = CorrelationTracker.of(names(15), HOUR), 0, list[float]()
    bars = moving(moves)
    while row < len(moves):
        state, row = state.advance(bars, row, min(row + 6, len(moves)))
        if row > 1000:
            below.append(float((state.means[SHIFT, :105] < NORMAL.inv_cdf(0.01)).mean()))
    assert 0.005 < np.mean(below) < 0.015


def test_a_burst_of_volatility_is_no_change_of_correlation() -> None:
    moves = correlated(2000, 0.6)
    moves[1800:1900] *= 10.0
    assert not breakdowns(moves)
    assert tracked(moves).readings()[-1].now == pytest.approx(0.6, abs=0.15)


def test_one_wild_bar_of_all_coins_is_no_correlation() -> None:
    moves = correlated(1500, 0.0)
    moves[-10] = 0.3
    assert tracked(moves).readings()[-1].now < 0.2


def parted(rows: int = 2400, start: int = 2000, seed: int = QUIET) -> Floats:
    """The fourth coin goes its own way."""
    moves = correlated(rows, 0.8, seed)
    moves[start:, 3] = 0.005 * np.random.default_rng(9).normal(size=rows - start)
    return moves


def test_of_a_coin_that_goes_its_own_way_all_pairs_are_named_within_two_days() -> None:
    (event,) = breakdowns(parted())
    assert set(event.pairs) == {pair for pair in pairs_of(COINS) if COINS[3] in pair}
    assert event.after < event.before
    assert 0.1 < event.confidence < 1.0
    assert 2000 < event.at <= 2048
    assert event.evidence["coin_shift"] < -3.0
    state = tracked(parted())
    assert [reading.coin for reading in state.readings() if reading.now < 0.4] == [COINS[3]]
    assert state.readings()[3].apart


def test_it_is_over_when_all_move_together_again_and_only_then() -> None:
    moves = parted(7000)
    assert [event.over for event in told_of(moves[:2200])] == [False]
    moves[2200:, 3] = correlated(7000, 0.8)[2200:, 3]
    began, over, *_ = told_of(moves)
    assert (began.over, over.over) == (False, True)
    assert 2200 < over.at < 2200 + 10 * 72
    assert over.pairs == ()
    assert 0.5 < over.confidence <= 1.0
    back = tracked(moves[: over.at])
    assert not any(reading.apart for reading in back.readings())


def test_a_coin_that_never_comes_back_does_not_keep_the_rest_apart() -> None:
    moves = parted(4000)
    moves[2200:, 3] = np.nan
    assert [event.over for event in told_of(moves)][:2] == [False, True]


def test_a_market_that_falls_apart_is_one_event_of_most_pairs() -> None:
    moves = correlated(2600, 0.8)
    moves[2000:2048] = correlated(2600, 0.05, 6)[2000:2048]
    (event,) = breakdowns(moves)
    assert len(event.pairs) >= 5
    assert event.evidence["market_shift"] < -2.0


def test_the_named_pairs_are_those_that_the_false_discovery_rate_allows() -> None:
    """Benjamini and Hochberg's rule on sorted chances, against the kernel's."""
    moves = quiet_moves(2300, QuietMarket(0.7, coins=8), np.random.default_rng(4))
    moves[2202:, 2] = 0.005 * np.random.default_rng(5).normal(size=98)
    bars, seen = moving(moves), 0
    state, row = CorrelationTracker.of(names(8), HOUR), 0
    while row < len(moves) and not state.fired:
        state, row = state.advance(bars, row, len(moves))
    chances = np.array([NORMAL.cdf(shift) for shift in state.means[SHIFT, :28]])
    ranked = np.sort(chances) <= 0.05 * np.arange(1, 29) / 28
    limit = np.sort(chances)[ranked][-1]
    for reading, chance in zip(state.pair_readings(), chances, strict=True):
        assert reading.apart == (chance <= limit)
        seen += reading.apart
    assert 1 < seen < 28


def test_what_was_told_is_told_again_only_after_it_was_back() -> None:
    moves = parted(7000)
    (first,) = breakdowns(moves[:2600])
    moves[2200:6000, 3] = correlated(7000, 0.8)[2200:6000, 3]
    events = breakdowns(moves)
    assert events[0] == first
    assert [event.at > 6000 for event in events if COINS[3] in event.pairs[0]] == [False, True]


def test_a_coin_at_the_edge_is_not_named_again_and_again() -> None:
    quick = CorrelationParameters(
        short_halflife=6.0, long_halflife=72.0, warm_up=100.0, look=1.0, chance=0.03, rest=1.0
    )
    bars = moving(correlated(3000, 0.5, 2))
    _, told = watch(CorrelationTracker.of(COINS, HOUR, quick), bars)
    _, fluttering = watch(CorrelationTracker.of(COINS, HOUR, replace(quick, together=-9.0)), bars)
    assert 0 < len(told) < len(fluttering)


def test_in_a_market_whose_correlations_come_and_go_a_fall_has_to_be_larger() -> None:
    """The same days, for trackers that have seen months of ups and downs, and months of none."""
    restless, quiet = correlated(6000, 0.8), correlated(6000, 0.8)
    apart = correlated(6000, 0.1, 6)
    for row in range(1000, 4600, 240):
        restless[row : row + 120] = apart[row : row + 120]
    for moves in (restless, quiet):
        moves[5960:] = apart[5960:]
    used, calm = (tracked(moves).means[SHIFT, -1] for moves in (restless, quiet))
    assert calm < -4.0
    assert 0.5 * calm < used < -0.5


def test_nothing_is_known_of_a_single_coin() -> None:
    moves = correlated(900, 0.5)[:, :1]
    assert not breakdowns(moves)
    state = tracked(moves)
    assert all(isnan(reading.now) for reading in state.readings())
    assert state.pair_readings() == ()
    assert state.correlations().tolist() == [[1.0]]


def test_a_coin_with_gaps_is_compared_on_the_rows_that_it_has() -> None:
    moves = correlated(3000, 0.7)
    moves[::7, 2] = np.nan
    moves[2000:2072, 2] = np.nan
    assert not breakdowns(moves)
    state = tracked(moves)
    assert state.readings()[2].usual == pytest.approx(0.7, abs=0.12)
    assert [r.usual for r in state.pair_readings()] == pytest.approx([0.7] * 10, abs=0.15)


def test_days_without_any_bar_change_nothing() -> None:
    moves = correlated(2000, 0.7)
    gap = np.full((24 * 5, len(COINS)), np.nan)
    before, _ = watch(CorrelationTracker.of(COINS, HOUR), moving(moves))
    after, events = watch(before, moving(gap))
    assert not events
    assert [r.now for r in after.readings()] == [r.now for r in before.readings()]


def test_a_coin_that_is_delisted_is_no_breakdown_and_is_tested_no_more() -> None:
    moves = correlated(3000, 0.7)
    moves[2000:, 1] = np.nan
    assert not breakdowns(moves)
    state = tracked(moves)
    silent, _ = watch(state, moving(np.where(np.arange(5) == 1, np.nan, correlated(60, 0.7, 3))))
    for before, after in zip(state.pair_readings(), silent.pair_readings(), strict=True):
        assert (before.shift == after.shift) == (COINS[1] in before.pair)


def test_a_price_that_never_moved_has_no_correlation() -> None:
    moves = correlated(2000, 0.7)
    moves[:, 4] = 0.0
    assert not breakdowns(moves)
    state = tracked(moves)
    assert isnan(state.readings()[4].usual)
    assert state.readings()[-1].usual == pytest.approx(0.7, abs=0.1)
    assert np.isnan(state.covariance()[4]).all()


def test_a_price_that_stops_moving_breaks_away() -> None:
    moves = correlated(2400, 0.8)
    moves[2000:, 4] = 0.0
    (event,) = breakdowns(moves)
    assert all(COINS[4] in pair for pair in event.pairs)


def test_two_coins_that_are_the_same_are_as_close_as_can_be_and_no_event() -> None:
    moves = correlated(2500, 0.5)
    moves[:, 1] = moves[:, 0]
    assert not breakdowns(moves)
    state = tracked(moves)
    assert state.pair_readings()[0].usual == pytest.approx(1.0)
    assert np.linalg.eigvalsh(state.covariance()).min() > 0.0


def test_a_coin_that_joins_is_tested_only_when_its_usual_correlation_is_known() -> None:
    state = tracked(correlated(2000, 0.7))
    coins = (*COINS, Coin("NEW"))
    joined = state.joined(coins)
    assert joined.pair_readings()[:10] == state.pair_readings()
    random = np.random.default_rng(6)
    moves = np.column_stack((correlated(700, 0.7, 7), 0.005 * random.normal(size=700)))
    onward, _ = watch(joined, moving(moves))
    assert (onward.means[SHIFT, 10:15] == 0.0).all()
    assert (onward.means[STATE, 10:15] == TOGETHER).all()
    known, _ = watch(onward, moving(0.005 * random.normal(size=(100, 6))))
    assert (known.means[SHIFT, 10:15] != 0.0).all()


def test_pairs_are_remembered_whatever_the_order_of_the_coins() -> None:
    state = tracked(parted())
    turned = state.joined(COINS[::-1])
    known = {frozenset(r.pair): (r.now, r.usual, r.shift) for r in state.pair_readings()}
    assert {frozenset(r.pair): (r.now, r.usual, r.shift) for r in turned.pair_readings()} == known
    assert turned.joined(COINS).pair_readings() == state.pair_readings()


@settings(max_examples=15)
@given(some.integers(0, 1000), some.sampled_from([0.0, 0.4, 0.9]), some.integers(100, 1500))
def test_the_covariance_is_that_of_the_moves_and_can_be_inverted(
    seed: int, rho: float, rows: int
) -> None:
    state = tracked(correlated(rows, rho, seed))
    covariance = state.covariance()
    assert np.linalg.eigvalsh(covariance).min() > 0.0
    assert (covariance == covariance.T).all()
    assert np.sqrt(np.diag(covariance)) == pytest.approx([0.005] * 5, rel=0.6)
    assert state.correlations()[np.tril_indices(5, -1)].mean() == pytest.approx(rho, abs=0.25)


def test_before_volatility_is_known_there_is_no_covariance() -> None:
    fresh = CorrelationTracker.of(COINS, HOUR)
    assert np.isnan(fresh.covariance()).all()
    assert fresh.correlations().tolist() == np.eye(5).tolist()


def test_the_readings_end_with_the_market() -> None:
    assert [r.coin for r in tracked(correlated(200, 0.5)).readings()] == [*COINS, MARKET]
