"""A Sharpe ratio is held against the luck of the trials that it was chosen from."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from trimtab.lab.deflated_sharpe import DeflatedSharpe, deflated_sharpe, luck_of_the_best


def deflated(profits: np.ndarray, trials: int, variance: float | None = None) -> DeflatedSharpe:
    found = deflated_sharpe(profits, trials, variance)
    assert found is not None
    return found


def drawn(seed: int, *shape: int, mean: float = 0.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(mean, 1.0, shape)


def test_the_luck_of_the_best_is_what_simulated_trials_show() -> None:
    best = drawn(1, 20_000, 50).max(axis=1).mean()
    assert luck_of_the_best(50, 4.0) == pytest.approx(2.0 * best, rel=0.02)


def test_the_example_of_the_paper_comes_out() -> None:
    """Bailey and Lopez de Prado 2014, pages 9 to 10: 100 trials, 5 years of 250 days, 0.9004."""
    luck = luck_of_the_best(100, 0.5 / 250)
    assert luck == pytest.approx(0.1132, abs=5e-5)
    ratio = 2.5 / sqrt(250)
    error = sqrt(1.0 + 3.0 * ratio + (10.0 - 1.0) / 4.0 * ratio**2)
    probability = NormalDist().cdf((ratio - luck) * sqrt(1249) / error)
    assert probability == pytest.approx(0.9004, abs=5e-4)


def test_a_single_trial_of_normal_days_has_the_usual_error() -> None:
    profits = drawn(2, 2_000, mean=0.04)
    ratio = profits.mean() / profits.std(ddof=1)
    expected = NormalDist().cdf(ratio * sqrt(1_999) / sqrt(1.0 + ratio**2 / 2.0))
    assert deflated(profits, 1).probability == pytest.approx(expected, abs=2e-3)


def test_the_best_of_many_without_skill_is_seldom_believed() -> None:
    believed = 0
    for seed in range(100):
        profits = drawn(seed, 500, 30)
        ratios = profits.mean(axis=0) / profits.std(axis=0, ddof=1)
        best = profits[:, ratios.argmax()]
        found = deflated(best, 30, float(ratios.var(ddof=1)))
        believed += found.probability > 0.95
    assert believed <= 10


@given(trials=some.integers(1, 10_000), more=some.integers(1, 10_000))
@settings(max_examples=50)
def test_more_trials_never_make_it_likelier(trials: int, more: int) -> None:
    profits = drawn(4, 300, mean=0.1)
    assert deflated(profits, trials + more).probability <= deflated(profits, trials).probability


@pytest.mark.parametrize("profits", [np.zeros(100), np.arange(19.0)])
def test_a_book_that_says_too_little_has_none(profits: np.ndarray) -> None:
    assert deflated_sharpe(profits, 3) is None


def test_no_trial_is_refused() -> None:
    with pytest.raises(ValueError, match="0 trials"):
        luck_of_the_best(0, 1.0)
