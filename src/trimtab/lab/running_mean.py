"""Exponentially weighted means that pass over what is missing."""

from __future__ import annotations

from math import exp2

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def running_mean(values: Floats, halflife: float) -> Floats:
    """Of each column up to and with each row, float64[rows, coins]; halflife in rows.

    Causal. A NaN leaves the mean as it was; NaN before the first value. Young means weigh all
    values alike.
    """
    means = np.full(values.shape, np.nan)
    _fill(np.ascontiguousarray(values), 1.0 - exp2(-1.0 / halflife), means)
    return means


@njit(cache=True)
def _fill(values: Floats, gain: float, means: Floats) -> None:
    for coin in range(values.shape[1]):
        seen, mean = 0, np.nan
        for row in range(len(values)):
            value = values[row, coin]
            if np.isfinite(value):
                seen += 1
                mean = value if seen == 1 else mean + max(gain, 1.0 / seen) * (value - mean)
            means[row, coin] = mean
