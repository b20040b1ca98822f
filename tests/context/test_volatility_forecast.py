"""The next day's volatility and the share of jumps."""

from __future__ import annotations

from math import isnan, sqrt

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.conformance.markets import COMPILED
from tests.context.bars_given import ONE, moving, watch
from trimtab.context.volatility_analyzer import (
    VolatilityAnalyzer,
    VolatilityParameters,
    VolatilityReading,
)
from trimtab.domain.units import HOUR

WARM = int(VolatilityParameters().warm_up)


def reading(moves: NDArray[np.float64]) -> VolatilityReading:
    state, _ = watch(VolatilityAnalyzer.of(ONE, HOUR), moving(moves))
    return state.readings()[0]


def normal(rows: int, size: float = 0.005, seed: int = 0) -> NDArray[np.float64]:
    return size * np.random.default_rng(seed).standard_normal(rows)


def test_the_forecast_of_an_even_market_is_its_volatility_over_a_day() -> None:
    moves = 0.005 * np.where(np.arange(1_200) % 2, 1.0, -1.0)
    assert reading(moves).forecast == pytest.approx(sqrt(24.0) * 0.005, rel=0.02)


def test_the_scale_makes_good_what_ranges_do_not_see() -> None:
    """Bars without wicks have a range of nothing: before scaling the forecast is far too low."""
    rows = 4_000 if COMPILED else 1_500
    _, table = VolatilityAnalyzer.of(ONE, HOUR).recorded(moving(normal(rows)))
    forecasts = table[rows // 2 :, 0, 3]
    assert np.mean(forecasts**2) == pytest.approx(24.0 * 0.005**2, rel=0.15)


def test_nothing_is_forecast_before_the_warm_up() -> None:
    assert isnan(reading(normal(WARM - 10)).forecast)
    assert not isnan(reading(normal(WARM + 10)).forecast)


def test_the_forecast_rises_after_a_burst_and_comes_down_again() -> None:
    moves = normal(900)
    moves[600:612] *= 5.0
    before, after, later = (reading(moves[:rows]).forecast for rows in (600, 618, 900))
    assert after > 1.5 * before
    assert later < 0.8 * after


def test_the_forecast_of_a_day_uses_nothing_of_that_day() -> None:
    moves = normal(960)
    other = moves.copy()
    other[720:] *= 10.0
    tables = [
        VolatilityAnalyzer.of(ONE, HOUR).recorded(moving(one))[1][:, 0, 3] for one in (moves, other)
    ]
    assert np.array_equal(tables[0][:720], tables[1][:720], equal_nan=True)
    assert tables[0][730] != tables[1][730]


def test_jumps_have_no_share_in_even_moves_and_most_of_it_where_moves_are_single() -> None:
    even = reading(0.005 * np.where(np.arange(600) % 2, 1.0, -1.0)).jump_share
    lonely = np.full(600, 1e-4)
    lonely[::24] = 0.01
    assert even == 0.0
    assert reading(lonely).jump_share > 0.8


def test_the_table_says_what_the_reading_says() -> None:
    bars = moving(normal(700))
    state, table = VolatilityAnalyzer.of(ONE, HOUR).recorded(bars)
    for place, told in enumerate(state.readings()):
        row = table[-1, place].tolist()
        assert row[0] == told.volatility
        assert row[1] == told.ratio
        assert row[3] == told.forecast
        assert row[4] == told.jump_share
