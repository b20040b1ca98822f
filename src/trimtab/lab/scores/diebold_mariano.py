"""Is one forecast better than another? The test of Diebold & Mariano (1995)."""

from __future__ import annotations

from math import erfc, sqrt

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Difference(Struct, frozen=True):
    """Mean loss of one forecast less that of another; below 0 the first one is better."""

    mean: float
    t: float
    p: float
    """Two-sided; by the normal law, which Student's t is at hundreds of losses."""


def difference(first: Floats, second: Floats) -> Difference:
    """Of two series of losses at the same moments, one step ahead.

    Variance by Newey & West (1987) with 4 (n / 100)^(2/9) lags, and the correction of Harvey,
    Leybourne & Newbold (1997). Raises ValueError for series that differ in length or are short.
    """
    if first.shape != second.shape or first.size < 10:
        raise ValueError(f"losses of {first.size} and {second.size} moments: give at least 10 each")
    apart = first - second
    count = apart.size
    mean = float(apart.mean())
    variance = _long_run_variance(apart - mean, int(4.0 * (count / 100.0) ** (2.0 / 9.0)))
    if variance <= 0.0:
        return Difference(mean, 0.0, 1.0)
    t = mean / sqrt(variance / count) * sqrt((count - 1.0) / count)
    return Difference(mean, t, erfc(abs(t) / sqrt(2.0)))


def _long_run_variance(centred: Floats, lags: int) -> float:
    count = centred.size
    variance = float(centred @ centred) / count
    for lag in range(1, lags + 1):
        weight = 1.0 - lag / (lags + 1.0)
        variance += 2.0 * weight * float(centred[lag:] @ centred[:-lag]) / count
    return variance
