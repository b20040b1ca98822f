"""The absorption ratio: what few factors explain, against its own year."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from numpy.typing import NDArray

from trimtab.context.absorption_ratio import AbsorptionRatio, absorbed
from trimtab.records.snapshot import decode, encode


def alike(rho: float, coins: int = 10) -> NDArray[np.float64]:
    """Every two coins are correlated so much."""
    matrix: NDArray[np.float64] = rho + (1.0 - rho) * np.eye(coins)
    return matrix


def after(days: list[float]) -> AbsorptionRatio:
    state = AbsorptionRatio()
    for rho in days:
        state = state.seen(alike(rho))
    return state


@settings(max_examples=30)
@given(some.floats(0.0, 0.99), some.integers(2, 30))
def test_of_coins_that_are_alike_the_first_factor_explains_what_the_formula_says(
    rho: float, coins: int
) -> None:
    """The largest eigenvalue is 1 + (n - 1) rho, all others are 1 - rho."""
    factors = -(-coins // 5)
    expected = (1.0 + (coins - 1) * rho + (factors - 1) * (1.0 - rho)) / coins
    assert absorbed(alike(rho, coins)) == pytest.approx(expected)


def test_it_is_high_when_the_market_has_lately_become_one() -> None:
    usual = [0.5 + 0.05 * (day % 3) for day in range(400)]
    assert abs(after(usual).reading().z) < 1.0
    together = after([*usual, *[0.85] * 10]).reading()
    assert together.z > 2.0
    assert together.now == pytest.approx(absorbed(alike(0.85)))


def test_its_year_is_the_mean_and_the_variance_of_the_days_so_far() -> None:
    days = [0.2, 0.7, 0.4, 0.9, 0.1]
    ratios = [absorbed(alike(rho)) for rho in days]
    state = after(days)
    assert state.mean_of_year == pytest.approx(np.mean(ratios))
    assert state.square_of_year == pytest.approx(np.var(ratios))


def test_before_its_warm_up_it_says_the_share_and_no_more() -> None:
    assert isnan(AbsorptionRatio().reading().now)
    early = after([0.5, 0.6]).reading()
    assert early.now == pytest.approx(absorbed(alike(0.6)))
    assert isnan(early.z)


def test_days_that_are_all_alike_have_no_unusual_one() -> None:
    assert isnan(after([0.5] * 200).reading().z)


def test_a_state_is_restored_as_it_was() -> None:
    state = after([0.5, 0.6, 0.4])
    assert decode(encode(state), AbsorptionRatio) == state


def test_what_is_not_known_cannot_be_absorbed() -> None:
    with pytest.raises(ValueError, match="not known: leave it out"):
        AbsorptionRatio().seen(np.full((2, 2), np.nan))
    with pytest.raises(ValueError, match="of no coin"):
        AbsorptionRatio().seen(np.zeros((0, 0)))
