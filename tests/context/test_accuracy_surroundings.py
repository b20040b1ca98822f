"""Calm, trend and size: what surrounds a forecast, known from the past alone."""

from __future__ import annotations

import numpy as np

from tests.context.accuracy_given import NAN, after
from trimtab.context.accuracy_beliefs import Floats
from trimtab.context.accuracy_surroundings import (
    CALM,
    CALM_UNKNOWN,
    FLAT,
    STRONG,
    TREND_UNKNOWN,
    USUAL,
    WILD,
    Surroundings,
    classify,
)
from trimtab.domain.units import HOUR


def seen(closes: Floats, sigmas: Floats) -> tuple[Surroundings, list[int], list[list[int]]]:
    """The state after all rows [hour, coin]; trend and calms after each."""
    state = Surroundings.of(1, closes.shape[1])
    trends: list[int] = []
    calms: list[list[int]] = []
    for hour in range(len(closes)):
        state = state.seeing(after(hour), closes[hour], sigmas[hour])
        trends.append(state.trend)
        calms.append(state.calms.tolist())
    return state, trends, calms


def walk(moves: Floats) -> Floats:
    closes: Floats = 100.0 * np.exp(np.cumsum(moves, axis=0))
    return closes


def test_a_market_that_goes_nowhere_is_flat_half_of_the_time() -> None:
    generator = np.random.default_rng(1)
    closes = walk(generator.normal(0.0, 0.01, (8000, 1)))
    _, trends, _ = seen(closes, np.full(closes.shape, 0.01))
    assert set(trends[:168]) == {TREND_UNKNOWN}
    assert 0.35 < np.mean(np.array(trends[720:]) == FLAT) < 0.65


def test_a_week_in_one_direction_is_a_strong_trend_either_way() -> None:
    generator = np.random.default_rng(2)
    for drift in (0.004, -0.004):
        moves = generator.normal(0.0, 0.01, (900, 2))
        moves[600:] += drift
        _, trends, _ = seen(walk(moves), np.full(moves.shape, 0.01))
        assert np.mean(np.array(trends[800:]) == STRONG) > 0.9


def test_the_trend_is_that_of_the_mean_coin_and_one_without_a_price_does_not_stop_it() -> None:
    moves = np.full((400, 2), 0.002)
    closes = walk(moves)
    closes[100:, 1] = NAN
    _, trends, _ = seen(closes, np.full(closes.shape, 0.01))
    assert trends[-1] == STRONG


def test_calm_is_the_place_of_a_volatility_among_the_coins_own_past() -> None:
    hours = 1500
    sigmas = np.exp(0.3 * np.sin(np.arange(hours) / 50.0))[:, None] * np.array([[0.01, 0.1]])
    sigmas[900, 1] = NAN
    _, _, calms = seen(np.full(sigmas.shape, 100.0), sigmas)
    assert {calm for row in calms[:336] for calm in row} == {CALM_UNKNOWN}
    assert calms[900] == [calms[900][0], CALM_UNKNOWN]
    low, high = int(np.argmin(sigmas[1000:, 0])) + 1000, int(np.argmax(sigmas[1000:, 0])) + 1000
    assert calms[low] == [CALM, CALM]
    assert calms[high] == [WILD, WILD]
    assert any(row[0] == USUAL for row in calms[1000:])


def test_a_second_look_at_the_same_moment_changes_nothing() -> None:
    closes, sigmas = np.array([100.0]), np.array([0.01])
    state = Surroundings.of(1, 1).seeing(after(1), closes, sigmas)
    assert state.seeing(after(1), 2.0 * closes, sigmas) is state
    assert state.seeing(after(0), closes, sigmas) is state


def test_sizes_are_compared_with_the_topics_usual_one() -> None:
    sizes = np.zeros((1, 2))
    classes = np.empty((1, 3), np.int64)
    horizons, sigmas = np.array([HOUR], np.int64), np.array([0.01, 0.02, 0.01])
    classify(np.array([[0.01, -0.02, NAN]]), sigmas, horizons, HOUR, sizes, classes)
    assert classes.tolist() == [[0, 0, 0]]
    assert sizes.tolist() == [[1.0, 2.0]]
    classify(np.array([[0.009, -0.03, 0.05]]), sigmas, horizons, HOUR, sizes, classes)
    assert classes.tolist() == [[0, 1, 2]]
