"""The bootstrap's intervals: known block lengths, right coverage, the same for the same figures."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from trimtab.lab.bootstrap import Days, Floats, block_length, drawn_days, intervals


def wave(count: int) -> Floats:
    """As good as noise, and the same everywhere."""
    series: Floats = np.sin(0.7 * np.arange(count) ** 2.0)
    return series


def persistent(correlation: float) -> Floats:
    shocks = wave(300)
    series = np.zeros(300)
    for day in range(1, 300):
        series[day] = correlation * series[day - 1] + shocks[day]
    return series


@pytest.mark.parametrize(
    ("series", "length"),
    [(wave(300), 1.073511), (persistent(0.6), 8.029440), (np.cumsum(wave(300)), 24.679143)],
)
def test_block_lengths_are_those_of_another_program(series: Floats, length: float) -> None:
    """`optimal_block_length(...).stationary` of arch 8.0.0."""
    assert block_length(series) == pytest.approx(length, abs=1e-5)


@pytest.mark.parametrize("series", [np.zeros(50), np.full(30, 0.1)])
def test_what_never_moves_needs_no_blocks(series: Floats) -> None:
    assert block_length(series) == 1.0


def test_days_are_drawn_in_blocks_of_the_length_asked_for() -> None:
    days = np.concatenate([chunk.copy() for chunk in drawn_days(500, 8.0, 1)])
    goes_on = np.diff(days, axis=1) % 500 == 1
    assert goes_on.mean() == pytest.approx(1.0 - 1.0 / 8.0, abs=0.005)
    assert np.bincount(days.ravel()).std() / np.bincount(days.ravel()).mean() < 0.05


def mean_of(series: Floats) -> tuple[float, float]:
    def statistic(days: Days) -> Floats:
        means: Floats = series[days].mean(axis=1)[np.newaxis]
        return means

    return intervals(series, statistic, block_length(series))[0]


def test_the_same_figures_get_the_same_interval() -> None:
    series = np.random.default_rng(3).standard_normal(200)
    assert mean_of(series) == mean_of(series.copy())


@pytest.mark.parametrize("correlation", [0.0, 0.5])
def test_an_interval_of_95_percent_holds_about_as_many(correlation: float) -> None:
    """Of the mean of a series, also where days hang together."""
    generator = np.random.default_rng(17)
    held: list[bool] = []
    for _ in range(120):
        series: NDArray[np.float64] = generator.standard_normal(250)
        for day in range(1, 250):
            series[day] += correlation * series[day - 1]
        low, high = mean_of(series)
        held.append(low < 0.0 < high)
    assert 0.87 <= np.mean(held) <= 1.0


def test_a_figure_that_is_seldom_defined_has_no_interval() -> None:
    series = np.ones(50)

    def seldom(days: Days) -> Floats:
        figures = np.full((1, len(days)), np.nan)
        figures[0, ::2] = 1.0
        return figures

    low, high = intervals(series, seldom, 1.0)[0]
    assert np.isnan([low, high]).all()


def test_an_interval_may_be_moved_to_the_figure_it_is_of() -> None:
    series = np.random.default_rng(4).normal(0.0, 1.0, 200)

    def means(days: Days) -> Floats:
        return np.stack([series[days].mean(axis=1)] * 2)

    (low, high), (there, to) = intervals(series, means, 1.0, np.array([np.nan, 7.0]))
    assert low < series.mean() < high
    assert (there + to) / 2.0 == pytest.approx(7.0, abs=0.03)
    assert to - there == pytest.approx(high - low)
