"""Random series that remember: first-order autoregressions of unit variance."""

from __future__ import annotations

from math import erfc, sqrt

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def persistent(rows: int, columns: int, memory: float, generator: np.random.Generator) -> Floats:
    """float64[rows, columns]: standard normal, each value correlated `memory` with the one before."""
    series = generator.standard_normal((rows, columns))
    _remember(series, memory, sqrt(1.0 - memory * memory))
    return series


def as_uniform(normal: Floats) -> Floats:
    """The standard normal distribution function of each value: uniform on (0, 1)."""
    uniform = np.empty_like(normal)
    _distribution(normal.ravel(), uniform.ravel())
    return uniform


@njit(cache=True)
def _remember(series: Floats, memory: float, fresh: float) -> None:
    for row in range(1, len(series)):
        for column in range(series.shape[1]):
            series[row, column] = memory * series[row - 1, column] + fresh * series[row, column]


@njit(cache=True)
def _distribution(normal: Floats, uniform: Floats) -> None:
    for index in range(len(normal)):
        uniform[index] = 0.5 * erfc(-normal[index] / sqrt(2.0))
