"""How wild a coin is, now and compared with the rest of its record."""

from __future__ import annotations

from math import exp2

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def recent_volatility(closes: Floats, halflife: float = 72.0) -> Floats:
    """Root of the exponentially weighted mean square of log returns, float64[rows, coins].

    Causal: row r uses the closes up to r. 0 in the first row, where no return is known.
    """
    squares = np.zeros_like(closes)
    squares[1:] = np.diff(np.log(closes), axis=0) ** 2
    _average(squares, 1.0 - exp2(-1.0 / halflife))
    return np.sqrt(squares)


def rank_in_record(values: Floats) -> Floats:
    """Each value's place within its column, from 0 (smallest) to 1. Not causal."""
    places = values.argsort(axis=0, kind="stable").argsort(axis=0)
    return places / max(len(values) - 1, 1)


@njit(cache=True)
def _average(squares: Floats, gain: float) -> None:
    """In place. Young averages weigh all rows alike, so that the start is no burden."""
    for row in range(2, len(squares)):
        weight = max(gain, 1.0 / row)
        for coin in range(squares.shape[1]):
            before = squares[row - 1, coin]
            squares[row, coin] = before + weight * (squares[row, coin] - before)
