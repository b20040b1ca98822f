"""Whether larger forecasts earn more is learnt for each topic, and believed no more than is shown."""

from __future__ import annotations

from statistics import median

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.context.accuracy_given import COMPILED, after, ledger, topic
from trimtab.context.accuracy_slope import believed_slopes, no_slopes, relative_sizes
from trimtab.context.accuracy_tracker import AccuracyTracker, Weighed
from trimtab.domain.units import Coin

COINS = tuple(Coin(f"C{number}") for number in range(4))
HOURS, SIGMA = 4, 0.01
MOMENTS = 600 if COMPILED else 60
SMALL, LARGE = 0.002, 0.012


def issued(
    state: AccuracyTracker, moment: int, values: list[float]
) -> tuple[AccuracyTracker, Weighed]:
    return state.issue(
        after(moment * HOURS), np.array([values]), np.full(4, 100.0), 0,
        np.zeros(4, np.int64), np.full(4, SIGMA),
    )  # fmt: skip


def schooled(seed: int, *, tells: bool) -> AccuracyTracker:
    """Small forecasts are luck. Large ones are right in 70 % if size `tells`, else luck as well."""
    noise = np.random.default_rng(seed)
    state = ledger(topic(HOURS), coins=COINS)
    for moment in range(MOMENTS):
        sizes = noise.choice([SMALL, LARGE], 4, p=[0.7, 0.3])
        state, _ = issued(state, moment, list(sizes))
        right = noise.random(4) < np.where(tells & (sizes == LARGE), 0.7, 0.5)
        moves = np.where(right, 1.0, -1.0) * 2.0 * SIGMA
        state, _ = state.settle(after((moment + 1) * HOURS), 100.0 * np.exp(moves))
    return state


def edges(state: AccuracyTracker) -> list[float]:
    _, weighed = issued(state, MOMENTS, [SMALL, LARGE, SMALL, LARGE])
    told: list[float] = weighed.net_edge[0, :2].tolist()
    return told


def test_before_anything_is_known_size_tells_nothing() -> None:
    assert believed_slopes(no_slopes(1))[0] == pytest.approx([0.0, 0.03**2])


@settings(max_examples=2, deadline=None)
@given(some.integers(0, 2**32 - 3))
def test_where_size_tells_large_forecasts_are_worth_more(seed: int) -> None:
    states = [schooled(seed + number, tells=True) for number in range(3)]
    # luck may hide it once in some hundreds of schools, but not in two of three
    assert median(believed_slopes(state.slopes)[0, 0] for state in states) > 0.0
    assert median(large - small for small, large in map(edges, states)) > 0.0


def test_where_size_is_luck_little_is_believed_of_it() -> None:
    slopes = [believed_slopes(schooled(seed, tells=False).slopes)[0, 0] for seed in range(8)]
    assert abs(float(np.mean(slopes))) < 0.03


def test_what_is_believed_is_no_surer_than_before_and_narrows_with_evidence() -> None:
    variances = [believed_slopes(schooled(1, tells=True).slopes)[0, 1], 0.03**2]
    assert 0.0 < variances[0] < variances[1]


@given(some.floats(-1e6, 1e6), some.floats(0.0, 1e6), some.floats(0.0, 1e6))
def test_the_belief_is_shrunken_towards_none(product: float, squares: float, noise: float) -> None:
    slopes = no_slopes(1)
    slopes["product"], slopes["squares"], slopes["noise"] = product, squares, noise
    mean, variance = believed_slopes(slopes)[0]
    assert 0.0 < variance <= 0.03**2 + 1e-15
    assert abs(mean) <= abs(product) / max(squares, 1e-300) + 1e-12


@pytest.mark.parametrize(
    ("forecast", "sigma", "relative"),
    [(0.01, 0.01, 0.0), (-0.02, 0.01, 1.0), (0.0, 0.01, -1.0), (9.0, 0.01, 3.0),
     (float("nan"), 0.01, 0.0), (float("inf"), 0.01, 0.0), (0.02, float("nan"), 0.0)],
)  # fmt: skip
def test_sizes_are_relative_to_the_topics_usual_one(
    forecast: float, sigma: float, relative: float
) -> None:
    sizes = np.array([[0.5, 100.0]])  # of the horizon's volatility, which is 2 % over 4 hours
    told = relative_sizes(
        np.array([[forecast]]), np.array([sigma]), np.array([4], np.int64), 1, sizes
    )
    assert told[0, 0] == pytest.approx(relative)
