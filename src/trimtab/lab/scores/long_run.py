"""The error of a mean whose samples hang together."""

from __future__ import annotations

from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray


def long_run_error(values: NDArray[np.float64], overlap: int) -> float:
    """Standard error of the mean of a series (Newey & West 1987).

    `overlap`: so many neighbours share their outcome; the window is at least three times as wide,
    for Bartlett's weights let go of distant ones, and grows with the series (their 1994 rule).
    """
    count = len(values)
    window = min(count - 1, max(3 * overlap, ceil(4.0 * (count / 100.0) ** (2.0 / 9.0))))
    apart = values - values.mean()
    variance = float(apart @ apart)
    for lag in range(1, window + 1):
        weight = 1.0 - lag / (window + 1.0)
        variance += 2.0 * weight * float(apart[lag:] @ apart[:-lag])
    return sqrt(max(variance, 0.0)) / count
