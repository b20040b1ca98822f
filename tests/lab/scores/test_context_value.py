"""What the context is worth: found where it is planted, not found where it is not."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from trimtab.domain.units import TopicName
from trimtab.lab.scores.context_value import ContextValue, Hits, context_value, known_rates
from trimtab.lab.scores.long_run import long_run_error

COINS, HORIZON = 5, 8


def planted(rates: tuple[float, float], seed: int, instants: int = 12_000) -> Hits:
    """Two contexts that take turns, and how often a forecast is right in each."""
    generator = np.random.default_rng(seed)
    context = (np.arange(instants) // 200 % 2)[:, np.newaxis].repeat(COINS, axis=1)
    luck = overlapping(generator, instants)
    right = (luck < np.quantile(luck, np.array(rates)[context[:, 0]])[:, np.newaxis]).astype(float)
    return Hits(TopicName("t"), HORIZON, right, context)


def overlapping(generator: np.random.Generator, instants: int) -> NDArray[np.float64]:
    """Neighbours share seven eighths of their outcome, as forecasts of 8 h each hour do."""
    noise = generator.standard_normal((instants + HORIZON - 1, COINS))
    sums = np.cumsum(np.vstack([np.zeros((1, COINS)), noise]), axis=0)
    shared: NDArray[np.float64] = sums[HORIZON:] - sums[:-HORIZON]
    return shared


def valued(hits: Hits) -> ContextValue:
    value = context_value(hits)
    assert value is not None
    return value


def test_a_context_that_decides_is_worth_something() -> None:
    value = valued(planted((0.60, 0.44), seed=1))
    assert value.low > 0.0
    assert 0.0 < value.saved < 1e3 * np.log(2.0)
    assert value.accuracy == pytest.approx(0.52, abs=0.02)


def test_a_context_that_says_nothing_is_rarely_found_worth_something() -> None:
    found = [valued(planted((0.52, 0.52), seed)).low > 0.0 for seed in range(30)]
    assert sum(found) <= 3


def test_an_outcome_is_not_known_before_its_horizon_is_over() -> None:
    hits, issued = planted((0.6, 0.4), seed=2, instants=2_000), 1_000
    right = hits.right.copy()
    right[issued] = 1.0 - right[issued]
    changed = Hits(hits.topic, hits.horizon, right, hits.contexts)
    before = slice(None, issued + HORIZON)
    for one, other in zip(known_rates(hits)[:2], known_rates(changed)[:2], strict=True):
        assert np.array_equal(one[before], other[before])
        assert not np.array_equal(one, other)


def test_without_enough_outcomes_there_is_no_answer() -> None:
    assert context_value(planted((0.6, 0.4), seed=3, instants=100)) is None


def test_forecasts_that_are_missing_are_left_out() -> None:
    hits = planted((0.6, 0.44), seed=4)
    right = hits.right.copy()
    right[::3, 1] = np.nan
    value = valued(Hits(hits.topic, hits.horizon, right, hits.contexts))
    assert value.forecasts < valued(hits).forecasts


def test_the_error_of_a_mean_allows_for_overlap() -> None:
    series = overlapping(np.random.default_rng(5), 20_000)[:, 0]
    naive = float(series.std()) / len(series) ** 0.5
    # A sum of 8 neighbours: the long-run variance is 8 times the sample's.
    assert long_run_error(series, HORIZON) / naive == pytest.approx(8.0**0.5, rel=0.15)
