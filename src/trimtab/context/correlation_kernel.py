"""The kernel of the correlation tracker: its record, and what a row of bars does to it."""

from __future__ import annotations

from math import log, nan, sqrt
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trimtab.context.cells import Cells, Dials
from trimtab.domain.observations import CLOSE, Bars

READINGS = ("mean_correlation",)


CELL = np.dtype([
    ("clock", "i8"), ("close", "f8"), ("bars", "i8"), ("variance", "f8"), ("z", "f8"), ("pairs", "i8"),
    ("short_cross", "f8"), ("short_own", "f8"), ("long_cross", "f8"), ("long_own", "f8"),
    ("apart", "?"), ("fired", "?"),
])  # fmt: skip
"""A coin's `cross` is the mean product of its move and the others'; the market's, of all pairs."""


@njit(cache=True, error_model="numpy")
def run(cells: Cells, bars: Bars, start: int, limit: int, dials: Dials) -> tuple[int, bool]:
    """Consume rows until something happens; the row to go on from, and did it?"""
    row = start
    fired = False
    while row < limit and not fired:
        fired = _see_row(cells, bars, row, dials[0])
        row += 1
    return row, fired


@njit(cache=True, error_model="numpy")
def record(cells: Cells, bars: Bars, dials: Dials, readings: NDArray[np.float64]) -> None:
    """Consume all rows and note every cell's readings after each."""
    for row in range(len(bars)):
        _see_row(cells, bars, row, dials[0])
        market = cells[len(cells) - 1]
        for place in range(len(cells)):
            readings[row, place, 0] = _short(cells[place], market)


@njit(cache=True, error_model="numpy")
def _see_row(cells: Cells, bars: Bars, row: int, dials: Any) -> bool:
    coins = len(cells) - 1
    total = 0.0
    squares = 0.0
    moved = 0
    for coin in range(coins):
        z = _standardise(cells[coin], bars[row, CLOSE, coin], dials)
        if z == z:
            total += z
            squares += z * z
            moved += 1
    market = cells[coins]
    market["clock"] = market["clock"] + 1 if market["clock"] < dials["look"] else 1
    look = market["clock"] == dials["look"]
    if moved > 1:
        cross = (total * total - squares) / (moved * (moved - 1))
        _remember(market, cross, squares / moved, dials)
    fired = False
    others = 1.0 / (moved - 1) if moved > 1 else nan
    for coin in range(coins):
        cell = cells[coin]
        cell["fired"] = False
        if moved > 1 and cell["z"] == cell["z"]:
            _remember(cell, cell["z"] * (total - cell["z"]) * others, cell["z"] * cell["z"], dials)
        if look and cell["pairs"] >= dials["warm_up"]:
            fired |= _compare(cell, market, dials)
    return fired


@njit(cache=True, error_model="numpy")
def _standardise(cell: Any, close: float, dials: Any) -> float:
    """The move over the volatility known before it; NaN without two bars in a row."""
    before = cell["close"]
    cell["close"] = close if 0.0 < close < 1e300 else nan
    cell["z"] = nan
    if not (before > 0.0 and cell["close"] > 0.0):
        return nan
    move = log(close / before)
    if cell["bars"] >= dials["learnt"] and cell["variance"] > 0.0:
        z = move / sqrt(cell["variance"])
        cell["z"] = min(max(z, -dials["clip"]), dials["clip"])
    cell["bars"] += 1
    slow = cell["bars"] * dials["volatility"] > 1.0
    weight = dials["volatility"] if slow else 1.0 / cell["bars"]
    cell["variance"] += weight * (move * move - cell["variance"])
    return float(cell["z"])


@njit(cache=True, error_model="numpy")
def _remember(cell: Any, cross: float, own: float, dials: Any) -> None:
    cell["pairs"] += 1
    short = dials["short"]
    long = dials["long"]
    if cell["pairs"] * long < 1.0:
        long = 1.0 / cell["pairs"]
        short = max(short, long)
    cell["short_cross"] += short * (cross - cell["short_cross"])
    cell["short_own"] += short * (own - cell["short_own"])
    cell["long_cross"] += long * (cross - cell["long_cross"])
    cell["long_own"] += long * (own - cell["long_own"])


@njit(cache=True, error_model="numpy")
def _compare(cell: Any, market: Any, dials: Any) -> bool:
    """Does the coin begin to go its own way?"""
    short = _short(cell, market)
    long = _long(cell, market)
    limit = dials["together"] if cell["apart"] else dials["apart"]
    apart = long - short > limit * (1.0 - long * short)
    cell["fired"] = apart and not cell["apart"]
    cell["apart"] = apart
    return bool(cell["fired"])


@njit(cache=True, error_model="numpy")
def _short(cell: Any, market: Any) -> float:
    own = cell["short_own"] * market["short_own"]
    return min(max(cell["short_cross"] / sqrt(own), -1.0), 1.0) if own > 0.0 else nan


@njit(cache=True, error_model="numpy")
def _long(cell: Any, market: Any) -> float:
    own = cell["long_own"] * market["long_own"]
    return min(max(cell["long_cross"] / sqrt(own), -1.0), 1.0) if own > 0.0 else nan
