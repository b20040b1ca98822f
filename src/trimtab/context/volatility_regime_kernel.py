"""Part of the volatility kernel: the regime, which is the range's place among its own past."""

from __future__ import annotations

from math import floor, log
from typing import Any

import numpy as np
from numba import njit

LOW_REGIME, MEDIUM_REGIME, HIGH_REGIME, UNKNOWN_REGIME = range(4)
BINS = 64
BIN_WIDTH = 0.1
"""Of the logarithm of the volatility: the bins span a factor of 600."""
HEAVY = 1e100


@njit(cache=True, error_model="numpy")
def take_census(cell: Any, dials: Any) -> None:
    """Place the range among the past ones, and with it the regime."""
    cell["rank"] = _rank(cell, dials["growth"])
    if cell["bars"] >= dials["settled"]:
        regime = regime_after(cell["regime"], cell["rank"], dials)
        cell["changed"] = regime != cell["regime"]
        cell["regime"] = regime


@njit(cache=True, error_model="numpy")
def _rank(cell: Any, growth: float) -> float:
    """The share of past ranges below this one, by a histogram of their logarithms.

    It fades because newer ranges weigh more: so none of the older weights needs to be touched.
    """
    place = _bin(cell)
    if not 0.0 <= place < BINS:
        _recentre(cell, floor(place))
        place = _bin(cell)
    _walk_to(cell, int(place))
    cell["weight"] = max(1.0, cell["weight"] * growth)
    cell["seen"][cell["bin"]] += cell["weight"]
    cell["total"] += cell["weight"]
    inside = cell["seen"][cell["bin"]] * (place - cell["bin"])
    rank = (cell["below"] + inside) / cell["total"]
    if cell["weight"] > HEAVY:
        _lighten(cell)
    return float(rank)


@njit(cache=True, error_model="numpy")
def _bin(cell: Any) -> float:
    return float((0.5 * log(cell["range"]) - cell["anchor"]) / BIN_WIDTH + BINS / 2)


@njit(cache=True, error_model="numpy")
def _walk_to(cell: Any, target: int) -> None:
    """Keep the weight below the current bin as the bin moves: mostly by none or one."""
    while cell["bin"] < target:
        cell["below"] += cell["seen"][cell["bin"]]
        cell["bin"] += 1
    while cell["bin"] > target:
        cell["bin"] -= 1
        cell["below"] -= cell["seen"][cell["bin"]]


@njit(cache=True, error_model="numpy")
def _recentre(cell: Any, middle: int) -> None:
    """Move the histogram so that bin `middle` comes to its middle; what falls off stays at the edge."""
    shift = middle - BINS // 2
    moved = np.zeros(BINS)
    for place in range(BINS):
        moved[min(max(place - shift, 0), BINS - 1)] += cell["seen"][place]
    for place in range(BINS):
        cell["seen"][place] = moved[place]
    cell["anchor"] += shift * BIN_WIDTH
    cell["bin"] = 0
    cell["below"] = 0.0


@njit(cache=True, error_model="numpy")
def _lighten(cell: Any) -> None:
    for place in range(BINS):
        cell["seen"][place] /= HEAVY
    cell["weight"] /= HEAVY
    cell["total"] /= HEAVY
    cell["below"] /= HEAVY


@njit(cache=True, error_model="numpy")
def regime_after(before: int, rank: float, dials: Any) -> int:
    """The regime of this rank. Leaving a regime takes more than entering it took."""
    edge = 0.0 if before == UNKNOWN_REGIME else dials["hysteresis"]
    low = dials["low"] + (edge if before == LOW_REGIME else -edge)
    high = dials["high"] + (-edge if before == HIGH_REGIME else edge)
    if rank < low:
        return LOW_REGIME
    return HIGH_REGIME if rank > high else MEDIUM_REGIME
