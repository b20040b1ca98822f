"""Arrays as they are told in facts: short figures, and None where there is no number.

The same roundings as in `domain.rounding`, for whole arrays at once. Nothing is computed with them.
"""

from __future__ import annotations

from math import floor, isfinite, log10

import numpy as np
from numba import njit

from trimtab.context.accuracy_beliefs import Floats

_DIGITS = 4
_LARGEST = 45
_POWERS = np.array([float(f"1e{power}") for power in range(_LARGEST + 1)])


def told(values: Floats) -> tuple[float | None, ...]:
    """One-dimensional, to four significant digits."""
    short = np.empty(len(values))
    whole = _shorten(values, short)
    return tuple(short.tolist()) if whole else _gaps(short.tolist())


def told_table(values: Floats, places: int) -> tuple[tuple[float | None, ...], ...]:
    """[row, column], C-ordered, to so many decimal places."""
    rounded: Floats = np.empty_like(values)
    whole = _round(values.reshape(-1), _POWERS[places], rounded.reshape(-1))
    rows: list[list[float]] = rounded.tolist()
    return tuple([tuple(row) if whole else _gaps(row) for row in rows])


def _gaps(row: list[float]) -> tuple[float | None, ...]:
    return tuple([None if value != value else value for value in row])


@njit(cache=True, error_model="numpy")
def _shorten(values: Floats, short: Floats) -> bool:
    """Writes the float64 nearest to each decimal figure; whether all are numbers."""
    whole = True
    for place in range(len(values)):
        value = values[place]
        size = abs(value)
        whole &= isfinite(value)
        if isfinite(value) and size > 0.0:
            digits = _DIGITS - 1 - floor(log10(size))
            up = _POWERS[min(max(digits, 0), _LARGEST)]
            down = _POWERS[min(max(-digits, 0), _LARGEST)]
            value = np.rint(value * up / down) * down / up
        short[place] = value if isfinite(value) else np.nan
    return whole


@njit(cache=True, error_model="numpy")
def _round(values: Floats, scale: float, rounded: Floats) -> bool:
    """The same to decimal places; whether all are numbers."""
    whole = True
    for place in range(len(values)):
        value = values[place]
        whole &= isfinite(value)
        rounded[place] = np.rint(value * scale) / scale if isfinite(value) else np.nan
    return whole
