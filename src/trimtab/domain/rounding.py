"""Figures without the digits that say nothing: journals stay small, and people can read them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_LARGEST = 45
_POWERS = np.array([float(f"1e{power}") for power in range(_LARGEST + 1)])


def significant(values: NDArray[np.float64], digits: int) -> NDArray[np.float64]:
    """The values with so many significant digits.

    The result is the float64 nearest to the decimal figure, wherever the power of ten is exact
    (with seven digits: figures from 1e-16 to 1e29). Zero, NaN and infinity stay what they are;
    figures below 1e-45 become zero.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.floor(np.log10(np.abs(values)))
    size = np.where(np.isfinite(size), size, digits - 1)
    places = np.clip(digits - 1 - size, -_LARGEST, _LARGEST).astype(np.intp)
    up = _POWERS[np.maximum(places, 0)]
    down = _POWERS[np.maximum(-places, 0)]
    return np.asarray(np.rint(values * up / down) * down / up, np.float64)


def shortened(value: float, digits: int = 4) -> float:
    """One figure as it is told to people: so many significant digits."""
    return float(f"{value:.{digits}g}")
