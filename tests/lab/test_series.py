"""The small series that the simulations are made of."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from trimtab.lab.persistence import as_uniform, persistent
from trimtab.lab.volatility_rank import rank_in_record, recent_volatility


def test_a_persistent_series_has_unit_variance_and_the_memory_asked_for() -> None:
    series = persistent(20_000, 2, 0.8, np.random.default_rng(1))
    np.testing.assert_allclose(series.std(axis=0), 1.0, atol=0.05)
    assert np.corrcoef(series[1:, 0], series[:-1, 0])[0, 1] == pytest.approx(0.8, abs=0.02)
    assert abs(np.corrcoef(series[:, 0], series[:, 1])[0, 1]) < 0.06


def test_uniform_is_the_normal_distribution_function() -> None:
    normal = np.array([[-3.0, -1.0], [0.0, 2.5]])
    expected = [NormalDist().cdf(value) for value in normal.ravel().tolist()]
    assert as_uniform(normal).ravel().tolist() == pytest.approx(expected)


def test_recent_volatility_is_the_root_of_a_mean_square_and_looks_only_back() -> None:
    closes = np.exp(np.array([[0.0], [0.01], [0.03], [0.03]]))
    found = recent_volatility(closes)
    assert found.ravel().tolist() == pytest.approx(
        [0.0, 0.01, np.sqrt((1 + 4) / 2) / 100, np.sqrt((1 + 4 + 0) / 3) / 100]
    )
    assert recent_volatility(closes[:3]).tolist() == found[:3].tolist()


def test_recent_volatility_forgets_by_half_after_a_halflife() -> None:
    moves = np.concatenate((np.full(2_000, 0.02), np.zeros(72)))
    closes = np.exp(np.cumsum(moves))[:, None]
    found = recent_volatility(closes, halflife=72.0)
    assert found[-1, 0] == pytest.approx(found[-73, 0] / 2**0.5)


def test_the_rank_runs_from_the_smallest_to_the_largest_of_each_column() -> None:
    ranks = rank_in_record(np.array([[3.0, 1.0], [1.0, 2.0], [2.0, 3.0]]))
    assert ranks.tolist() == [[1.0, 0.0], [0.0, 0.5], [0.5, 1.0]]
