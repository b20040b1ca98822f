"""Single-precision figures back to what the exchange printed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DIGITS = 7
"""A float32 holds a figure of up to seven significant digits."""

_LARGEST = 45
_POWERS = np.array([float(f"1e{power}") for power in range(_LARGEST + DIGITS + 1)])


def exchange_figures(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values that were stored as float32, rounded to seven significant digits.

    The result is the float64 nearest to the decimal figure, wherever the power of ten is exact
    (figures from 1e-16 to 1e29). Zero, NaN and infinity stay what they are.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.floor(np.log10(np.abs(values)))
    size = np.where(np.isfinite(size), size, DIGITS - 1)
    places = (DIGITS - 1 - size).astype(np.intp)
    up = _POWERS[np.maximum(places, 0)]
    down = _POWERS[np.maximum(-places, 0)]
    return np.asarray(np.rint(values * up / down) * down / up, np.float64)
