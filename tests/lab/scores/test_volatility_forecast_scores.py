"""Forecasts of volatility: losses, the test between two of them, and no look ahead."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from trimtab.domain.units import HOUR, Coin
from trimtab.lab.scores.diebold_mariano import difference
from trimtab.lab.scores.spike_markets import Family, spike_market
from trimtab.lab.scores.volatility_forecast import (
    LEVEL,
    OURS,
    REGIME,
    qlike,
    realised_variance,
    score_volatility_forecast,
)
from trimtab.lab.scores.walk_forward import FIRST, walk_forward


def test_a_perfect_forecast_loses_nothing_and_too_low_costs_more_than_too_high() -> None:
    losses = qlike(np.array([1.0, 1.0, 1.0]), np.array([1.0, 0.5, 2.0]))
    assert losses[0] == 0.0
    assert losses[1] > losses[2] > 0.0


def test_the_variance_of_a_day_is_the_sum_of_its_squared_moves() -> None:
    closes = 100.0 * np.exp(np.cumsum(np.full(48, 0.01)))
    bars = np.repeat(closes[:, np.newaxis, np.newaxis], 5, axis=1)
    bars[0, 0] = 100.0
    assert realised_variance(bars, 24)[:, 0] == pytest.approx([24e-4, 24e-4])


def test_equal_losses_do_not_differ_and_shifted_ones_do() -> None:
    losses = np.random.default_rng(1).exponential(1.0, 400)
    assert difference(losses, losses).p == 1.0
    other = losses + 0.3 + 0.5 * np.random.default_rng(2).standard_normal(400)
    told = difference(losses, other)
    assert told.mean == pytest.approx(-0.3, abs=0.1)
    assert told.t < -5.0
    assert told.p < 1e-6


def test_losses_that_persist_are_worth_less() -> None:
    noise = np.random.default_rng(3).standard_normal(2_000)
    persistent = np.convolve(noise, np.ones(8) / sqrt(8.0), "valid") + 0.2
    as_if_independent = persistent.mean() / persistent.std() * sqrt(len(persistent))
    told = difference(persistent, np.zeros(len(persistent)))
    assert told.t < 0.6 * as_if_independent


def test_too_few_losses_are_refused() -> None:
    with pytest.raises(ValueError, match="give at least 10 each"):
        difference(np.ones(5), np.ones(5))


def test_a_walk_forward_learns_a_line_and_never_looks_ahead() -> None:
    random = np.random.default_rng(4)
    causes = np.stack([np.ones((300, 5)), random.standard_normal((300, 5))], axis=2)
    logs = 0.5 + 2.0 * causes[:, :, 1] + 0.1 * random.standard_normal((300, 5))
    forecasts = walk_forward(logs, causes)
    assert np.isnan(forecasts[:FIRST]).all()
    assert np.log(forecasts[200:]) == pytest.approx(0.5 + 2.0 * causes[200:, :, 1], abs=0.1)
    changed = logs.copy()
    changed[200:] += 5.0
    assert np.array_equal(walk_forward(changed, causes)[:201], forecasts[:201], equal_nan=True)


def test_where_volatility_is_persistent_the_forecast_beats_level_and_regime() -> None:
    family = Family("hours", 6.0, 0.09, 0.895)
    bars = spike_market(family, (24 * 400, 4), np.random.default_rng(5)).bars
    coins = tuple(Coin(f"C{place}") for place in range(4))
    told = score_volatility_forecast(coins, HOUR, bars, 120)
    losses = {one.forecaster: one.qlike for one in told.scores}
    assert told.days == 400 - 1 - 120
    assert losses[OURS] < losses[REGIME]
    assert losses[OURS] < losses[LEVEL]
    assert told.regime_adds.p > 0.001, "a regime is a coarse reading of the same bars"
