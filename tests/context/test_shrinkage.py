"""Shrinking: sure correlations stay, doubtful ones become the mean, the matrix can be inverted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from trimtab.context.shrinkage import LEAST_EIGENVALUE, shrunk

MEASURED = np.array([0.2, 0.4, 0.9])
"""Of the pairs 10, 20, 21."""


def test_what_is_sure_stays_as_it_was_measured() -> None:
    matrix = shrunk(MEASURED, np.zeros(3), 3)
    assert matrix[1, 0] == matrix[0, 1] == pytest.approx(0.2)
    assert matrix[2].tolist() == pytest.approx([0.4, 0.9, 1.0])


def test_what_is_doubtful_becomes_the_mean() -> None:
    matrix = shrunk(MEASURED, np.full(3, 1.0), 3)
    assert matrix[np.tril_indices(3, -1)] == pytest.approx([0.5] * 3)


def test_the_weight_of_the_mean_is_the_doubt_over_the_scatter() -> None:
    scatter = ((MEASURED - 0.5) ** 2).sum()
    matrix = shrunk(MEASURED, np.full(3, 0.25 * scatter / 3.0), 3)
    assert matrix[np.tril_indices(3, -1)] == pytest.approx(0.5 + 0.75 * (MEASURED - 0.5))


def test_a_pair_that_is_not_known_gets_the_mean_of_the_others() -> None:
    matrix = shrunk(np.array([0.2, np.nan, 0.6]), np.array([0.0, np.nan, 0.0]), 3)
    assert matrix[2, 0] == pytest.approx(0.4)
    assert shrunk(np.full(3, np.nan), np.full(3, np.nan), 3).tolist() == np.eye(3).tolist()


@settings(max_examples=60)
@given(some.lists(some.floats(-1.0, 1.0), min_size=10, max_size=10), some.floats(0.0, 0.2))
def test_whatever_was_measured_the_matrix_is_positive_definite(
    measured: list[float], variance: float
) -> None:
    matrix = shrunk(np.array(measured), np.full(10, variance), 5)
    assert np.linalg.eigvalsh(matrix).min() > 0.1 * LEAST_EIGENVALUE
    assert np.diag(matrix) == pytest.approx([1.0] * 5)
    assert matrix == pytest.approx(matrix.T)
