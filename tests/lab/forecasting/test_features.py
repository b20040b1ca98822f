"""What a forecaster looks at is counted as its names say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.lab.forecasting.market import record
from trimtab.domain.observations import CLOSE, HIGH, LOW
from trimtab.domain.units import HOUR, Micros
from trimtab.lab.forecasting.features import COIN_HOURS, MARKET_HOURS, RANGE_HOURS, sight
from trimtab.lab.forecasting.learners import SHRINKAGE, ridge
from trimtab.lab.forecasting.record import Record
from trimtab.lab.running_mean import running_mean

SEEN = record(12)
PLACE = len(COIN_HOURS) + len(MARKET_HOURS) + 2
"""Of the first range among the features."""


def test_moves_are_in_units_of_volatility() -> None:
    told = sight(SEEN)
    move = np.log(told.closes[200, 0] / told.closes[200 - 24, 0])
    expected = move / (told.volatility[200, 0] * 24**0.5)
    assert told.features[200, 0, COIN_HOURS.index(24)] == pytest.approx(expected)


@pytest.mark.parametrize("number", range(len(RANGE_HOURS)))
def test_the_place_in_the_range_is_between_its_ends(number: int) -> None:
    told, row = sight(SEEN), 250
    window = SEEN.bars[row - RANGE_HOURS[number] + 1 : row + 1, :, 1]
    top, bottom = np.nanmax(window[:, HIGH]), np.nanmin(window[:, LOW])
    expected = (told.closes[row, 1] - bottom) / (top - bottom) - 0.5
    assert told.features[row, 1, PLACE + number] == pytest.approx(expected)


def test_in_a_gap_the_last_close_stands() -> None:
    bars = SEEN.bars.copy()
    bars[100:103, :, 0] = np.nan
    closes = Record(SEEN.interval, SEEN.closes_at, bars).last_closes()
    assert (closes[100:103, 0] == closes[99, 0]).all()
    assert np.isnan(closes[0, -1])
    assert closes[103, 0] == bars[103, CLOSE, 0]


def test_bars_that_do_not_fill_an_hour_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fill an hour"):
        sight(SEEN._replace(interval=Micros(7 * HOUR // 60)))


@given(
    values=some.lists(
        some.one_of(some.just(np.nan), some.floats(-5.0, 5.0)), min_size=1, max_size=40
    ),
    cut=some.integers(1, 40),
)
@settings(max_examples=100)
def test_a_running_mean_passes_over_gaps_and_knows_no_future(values: list[float], cut: int) -> None:
    column = np.array(values)[:, None]
    means = running_mean(column, 3.0)
    known = column[np.isfinite(column)]
    if len(known):
        assert known.min() - 1e-9 <= means[-1, 0] <= known.max() + 1e-9
    else:
        assert np.isnan(means).all()
    assert np.array_equal(running_mean(column[:cut], 3.0), means[:cut], equal_nan=True)


def test_a_running_mean_forgets_by_its_halflife() -> None:
    step = np.concatenate([np.zeros(100), np.ones(5)])[:, None]
    assert running_mean(step, 5.0)[-1, 0] == pytest.approx(0.5, abs=1e-12)


def test_the_ridge_solves_its_equations() -> None:
    generator = np.random.default_rng(5)
    features, moves = generator.normal(2.0, 3.0, (400, 4)), generator.normal(0.1, 1.0, 400)
    known = (features - features.mean(axis=0)) / features.std(axis=0)
    squares: np.ndarray = known.T @ known + SHRINKAGE * np.eye(4)
    weights = np.linalg.solve(squares, np.asarray(known.T @ (moves - moves.mean())))
    expected = moves.mean() + known @ weights
    assert ridge(features, moves)(features) == pytest.approx(expected)


def test_a_feature_that_never_moves_has_no_say() -> None:
    features = np.column_stack([np.ones(50), np.arange(50.0)])
    assert np.isfinite(ridge(features, np.arange(50.0))(features)).all()
