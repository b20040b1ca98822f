"""Correlation: the mean over all pairs without going through them, and coins that break away."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.structs import replace
from numpy.typing import NDArray

from tests.context.bars_given import moving, names, watch
from trimtab.context.correlation_tracker import CorrelationParameters, CorrelationTracker
from trimtab.domain.event_types import CorrelationBreakdown
from trimtab.domain.units import HOUR, MARKET

COINS = names(5)


def correlated(rows: int, rho: float, seed: int = 0) -> NDArray[np.float64]:
    random = np.random.default_rng(seed)
    common = random.normal(size=(rows, 1))
    own = random.normal(size=(rows, len(COINS)))
    moves: NDArray[np.float64] = 0.005 * (np.sqrt(rho) * common + np.sqrt(1.0 - rho) * own)
    return moves


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.6, 0.9])
def test_the_mean_correlation_is_found(rho: float) -> None:
    slow = CorrelationParameters(short_halflife=2000.0, clip=10.0)
    state, _ = watch(CorrelationTracker.of(COINS, HOUR, slow), moving(correlated(3000, rho)))
    assert state.readings()[-1].now == pytest.approx(rho, abs=0.05)


@settings(max_examples=10)
@given(some.integers(0, 1000))
def test_it_is_the_mean_over_all_pairs(seed: int) -> None:
    """Against every pair's mean product over the mean square."""
    moves = correlated(150, 0.5, seed)
    even = CorrelationParameters(
        volatility_halflife=1e9, short_halflife=1e9, long_halflife=1e9, learnt=2.0, clip=1e9
    )
    state, _ = watch(CorrelationTracker.of(COINS, HOUR, even), moving(moves))
    past = np.cumsum(moves[1:] ** 2, axis=0) / np.arange(1, 150)[:, np.newaxis]
    z = moves[3:] / np.sqrt(past[1:-1])
    products = z.T @ z / len(z)
    pairs = products[~np.eye(len(COINS), dtype=bool)].mean()
    assert state.readings()[-1].now == pytest.approx(pairs / np.diag(products).mean(), rel=1e-6)


def test_a_burst_of_volatility_is_no_change_of_correlation() -> None:
    moves = correlated(2000, 0.6)
    moves[1800:1900] *= 10.0
    state, events = watch(CorrelationTracker.of(COINS, HOUR), moving(moves))
    assert not events
    assert state.readings()[-1].now == pytest.approx(0.6, abs=0.15)


def test_one_wild_bar_of_all_coins_is_no_correlation() -> None:
    moves = correlated(1500, 0.0)
    moves[-10] = 0.3
    state, _ = watch(CorrelationTracker.of(COINS, HOUR), moving(moves))
    assert state.readings()[-1].now < 0.2


def test_a_coin_at_the_edge_is_not_named_again_and_again() -> None:
    quick = CorrelationParameters(short_halflife=6.0, warm_up=100.0, look=1.0)
    bars = moving(correlated(3000, 0.5, 2))
    _, told = watch(CorrelationTracker.of(COINS, HOUR, quick), bars)
    _, fluttering = watch(CorrelationTracker.of(COINS, HOUR, replace(quick, together=0.3)), bars)
    assert 0 < len(told) < len(fluttering)


def test_a_coin_that_goes_its_own_way_is_named() -> None:
    moves = correlated(2500, 0.8)
    moves[2000:, 3] = 0.005 * np.random.default_rng(9).normal(size=500)
    state, events = watch(CorrelationTracker.of(COINS, HOUR), moving(moves))
    (event,) = events
    assert isinstance(event, CorrelationBreakdown)
    assert event.pairs == ((COINS[3], MARKET),)
    assert event.after < event.before
    assert 0.3 < event.confidence < 1.0
    assert event.at > 2000
    assert [reading.coin for reading in state.readings() if reading.now < 0.4] == [COINS[3]]


def test_nothing_is_known_of_a_single_coin() -> None:
    state, events = watch(
        CorrelationTracker.of(COINS[:1], HOUR), moving(correlated(900, 0.5)[:, :1])
    )
    assert not events
    assert all(isnan(reading.now) for reading in state.readings())


def test_a_coin_with_gaps_is_compared_on_the_rows_that_it_has() -> None:
    moves = correlated(3000, 0.7)
    moves[::7, 2] = np.nan
    state, _ = watch(CorrelationTracker.of(COINS, HOUR), moving(moves))
    assert state.readings()[2].usual == pytest.approx(0.7, abs=0.12)
