"""Correlation: how closely the coins move together now, and how closely they usually do.

Moves are divided by each coin's own volatility and clipped, so that neither a burst of volatility
nor one wild bar passes for a change of correlation (Forbes & Rigobon 2002). The mean over all pairs
comes from sums over the coins, ((sum z)^2 - sum z^2) / (n (n - 1)), without going through the pairs.
"""

from __future__ import annotations

from math import log, nan, sqrt
from typing import Any, Self

import numpy as np
from msgspec import Struct
from numba import njit
from numpy.typing import NDArray

from trimtab.context.cells import (
    Cells,
    Dials,
    copied,
    dials_of,
    fresh_cells,
    gain,
    rejoined,
    rows_in,
)
from trimtab.domain.event_types import CorrelationBreakdown
from trimtab.domain.observations import CLOSE, Bars
from trimtab.domain.units import MARKET, Coin, Micros

READINGS = ("mean_correlation",)


class CorrelationParameters(Struct, frozen=True):
    """Half-lives and spans in hours."""

    volatility_halflife: float = 72.0
    short_halflife: float = 72.0
    long_halflife: float = 720.0
    clip: float = 2.0
    """Moves count at most this many standard deviations."""
    apart: float = 0.3
    """A coin breaks away when its correlation falls by this: long - short over 1 - long * short."""
    together: float = 0.15
    """It is back when the fall is less than this."""
    learnt: float = 48.0
    """A coin's volatility is known well enough after this."""
    warm_up: float = 720.0
    look: float = 6.0
    """How often it looks for coins that have broken away."""

    def dials(self, interval: Micros) -> Dials:
        """In bars of this interval."""
        return dials_of(
            volatility=gain(self.volatility_halflife, interval),
            short=gain(self.short_halflife, interval),
            long=gain(self.long_halflife, interval),
            clip=self.clip,
            apart=self.apart,
            together=self.together,
            learnt=rows_in(self.learnt, interval),
            look=rows_in(self.look, interval),
            warm_up=rows_in(self.warm_up, interval),
        )


CELL = np.dtype([
    ("clock", "i8"), ("close", "f8"), ("bars", "i8"), ("variance", "f8"), ("z", "f8"), ("pairs", "i8"),
    ("short_cross", "f8"), ("short_own", "f8"), ("long_cross", "f8"), ("long_own", "f8"),
    ("apart", "?"), ("fired", "?"),
])  # fmt: skip
"""A coin's `cross` is the mean product of its move and the others'; the market's, of all pairs."""


@njit(cache=True, error_model="numpy")
def _run(cells: Cells, bars: Bars, start: int, limit: int, dials: Dials) -> tuple[int, bool]:
    """Consume rows until something happens; the row to go on from, and did it?"""
    row = start
    fired = False
    while row < limit and not fired:
        fired = _see_row(cells, bars, row, dials[0])
        row += 1
    return row, fired


@njit(cache=True, error_model="numpy")
def _record(cells: Cells, bars: Bars, dials: Dials, readings: NDArray[np.float64]) -> None:
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


class CorrelationReading(Struct, frozen=True):
    """One coin's mean correlation with the others; the market's is the mean over all pairs."""

    coin: Coin
    now: float
    usual: float
    """NaN where nothing is known yet."""
    apart: bool


class CorrelationTracker(Struct, frozen=True, eq=False):
    """Mean correlation of each coin with the rest and, as one more cell, of all pairs."""

    coins: tuple[Coin, ...]
    cells: Cells
    parameters: CorrelationParameters
    dials: Dials
    fired: bool = False

    @classmethod
    def of(
        cls,
        coins: tuple[Coin, ...],
        interval: Micros,
        parameters: CorrelationParameters = CorrelationParameters(),
    ) -> Self:
        """A tracker that has seen nothing, for bars of this length."""
        return cls(coins, _fresh(coins), parameters, parameters.dials(interval))

    def advance(self, bars: Bars, start: int, limit: int) -> tuple[Self, int]:
        """Consume rows until a coin breaks away from the others."""
        cells = copied(self.cells, CELL, bars)
        stop, fired = _run(cells, bars, start, limit, self.dials)
        return type(self)(self.coins, cells, self.parameters, self.dials, fired), stop

    def recorded(self, bars: Bars) -> tuple[Self, NDArray[np.float64]]:
        """Consume all rows; also readings[row, coin, reading], the market last."""
        cells = copied(self.cells, CELL, bars)
        readings = np.empty((len(bars), len(cells), len(READINGS)))
        _record(cells, bars, self.dials, readings)
        return type(self)(self.coins, cells, self.parameters, self.dials), readings

    def joined(self, coins: tuple[Coin, ...]) -> Self:
        """For another set of coins: those that stay remember, new ones start afresh."""
        cells = rejoined(self.cells, self.coins, _fresh(coins), coins)
        return type(self)(coins, cells, self.parameters, self.dials)

    def readings(self) -> tuple[CorrelationReading, ...]:
        """By coin, the market last."""
        market = self.cells[-1]
        return tuple(
            CorrelationReading(coin, _short(cell, market), _long(cell, market), bool(cell["apart"]))
            for coin, cell in zip((*self.coins, MARKET), self.cells, strict=True)
        )

    def events(self, at: Micros) -> tuple[CorrelationBreakdown, ...]:
        """One event of all coins that broke away from the market at the last row."""
        if not self.fired:
            return ()
        fallen = [
            reading
            for reading, cell in zip(self.readings(), self.cells, strict=True)
            if cell["fired"]
        ]
        before = sum(reading.usual for reading in fallen) / len(fallen)
        after = sum(reading.now for reading in fallen) / len(fallen)
        pairs = tuple((reading.coin, MARKET) for reading in fallen)
        market = self.readings()[-1]
        evidence = {"mean_correlation": market.now, "usual_mean_correlation": market.usual}
        confidence = (before - after) / (1.0 - before * after)
        return (CorrelationBreakdown(at, pairs, before, after, confidence, evidence),)


def _fresh(coins: tuple[Coin, ...]) -> Cells:
    return fresh_cells(len(coins) + 1, CELL)
