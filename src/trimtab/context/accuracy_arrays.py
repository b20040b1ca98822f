"""Arrays as the ledger's kernels take them."""

from __future__ import annotations

from functools import cache

import numpy as np

from trimtab.context.accuracy_beliefs import Floats

_STILL = 1e-9
"""Volatility below which a coin does not move."""


def plain(values: Floats) -> Floats:
    """A fresh array in C order: kernels are compiled for one kind of array only."""
    return np.array(values, np.float64, order="C")


@cache
def unbounded(topics: int, coins: int) -> Floats:
    """Of forecasts that come without intervals; nobody writes into it."""
    return np.full((2, topics, coins), np.nan)


def known(sigmas: Floats) -> Floats:
    """[coin] NaN where a volatility is too small to divide by: such a coin does not move."""
    of_moving = plain(sigmas)
    of_moving[~(of_moving > _STILL)] = np.nan
    return of_moving
