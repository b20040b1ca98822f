"""Sharpe and drawdown of daily profits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from trimtab.lab.daily import Drawdown, annual_volatility, drawdown, sharpe

curves = some.lists(some.integers(1, 20), min_size=1, max_size=30)


def test_sharpe_is_the_annual_mean_over_the_annual_sample_deviation() -> None:
    profits = np.array([0.01, -0.01, 0.03])
    assert annual_volatility(profits) == pytest.approx(0.02 * 365**0.5)
    assert sharpe(profits) == pytest.approx(0.5 * 365**0.5)


@pytest.mark.parametrize("profits", [[], [0.01], [0.0, 0.0, 0.0]])
def test_a_book_that_does_not_move_has_no_sharpe(profits: list[float]) -> None:
    assert sharpe(np.array(profits)) is None


def test_a_fall_that_is_made_good_knows_its_days() -> None:
    equity = np.array([1.0, 2.0, 1.5, 1.75, 2.0, 3.0, 2.5])
    assert drawdown(equity) == Drawdown(0.25, longest=3, recovery=2)


def test_a_fall_that_lasts_to_the_end_has_no_recovery() -> None:
    assert drawdown(np.array([1.0, 2.0, 1.0, 1.5])) == Drawdown(0.5, longest=2, recovery=None)


def test_a_curve_that_only_rises_never_falls() -> None:
    assert drawdown(np.array([1.0, 1.1, 1.1, 1.4])) == Drawdown(0.0, longest=0, recovery=0)


@given(curves)
@settings(max_examples=100)
def test_the_deepest_fall_is_that_of_all_pairs_of_days(levels: list[int]) -> None:
    equity = np.array(levels, np.float64)
    falls = [1.0 - equity[j] / equity[i] for j in range(len(levels)) for i in range(j + 1)]
    assert drawdown(equity).maximum == pytest.approx(max(falls))


@given(curves)
@settings(max_examples=100)
def test_the_longest_fall_is_that_of_a_walk_from_day_to_day(levels: list[int]) -> None:
    longest, peak, since = 0, levels[0], 0
    for day, level in enumerate(levels):
        below = level < peak
        was_below = day > 0 and levels[day - 1] < peak
        if below or was_below:
            longest = max(longest, day - since)
        if not below:
            peak, since = level, day
    assert drawdown(np.array(levels, np.float64)).longest == longest
