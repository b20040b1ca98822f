"""Small forecasts, which are never traded, teach too; but they speak for their own size first."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from tests.context.accuracy_given import BULL, COMPILED, LOW, after, ledger, topic
from trimtab.context.accuracy_tracker import AccuracyTracker

HOURS = 1200 if COMPILED else 300
SIGMA = 0.02
CODES, SIGMAS = np.array([LOW]), np.array([SIGMA])


def taught(threshold: float) -> AccuracyTracker:
    """Of three forecasts the large one is right, the two small ones are right half of the time."""
    state = ledger(replace(topic(1), threshold=threshold))
    generator = np.random.default_rng(5)
    price = 100.0
    for hour in range(HOURS):
        state, _ = state.settle(after(hour), np.array([price]))
        large = hour % 3 == 0
        right = large or generator.random() < 0.5
        rises = generator.random() < 0.5
        forecast = (0.02 if large else 0.004) * (1.0 if rises == right else -1.0)
        state, _ = state.issue(
            after(hour), np.array([[forecast]]), np.array([price]), BULL, CODES, SIGMAS
        )
        price *= np.exp(SIGMA if rises else -SIGMA)
    return state


def probability(state: AccuracyTracker, forecast: float) -> float:
    _, weighed = state.issue(
        after(HOURS), np.array([[forecast]]), np.array([100.0]), BULL, CODES, SIGMAS
    )
    return float(weighed.probability[0, 0])


def test_a_large_forecast_is_trusted_more_where_large_ones_were_right() -> None:
    state = taught(threshold=0.0)
    assert probability(state, 0.02) > probability(state, 0.004) + 0.02


def test_the_threshold_decides_what_is_traded_and_not_what_teaches() -> None:
    with_threshold, without = taught(0.01), taught(0.0)
    assert sum(cell.n for cell in with_threshold.cells()) == sum(cell.n for cell in without.cells())
    assert probability(with_threshold, 0.02) == probability(without, 0.02)
