"""Volume: how far a coin's volume is from what is usual at this hour of the week.

The logarithm of the volume less its level and its season (168 hours of the week), over its usual
deviation. Weeks are counted from the first row on; rows follow each other without holes in time.
"""

from __future__ import annotations

from math import log, nan
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
from trimtab.domain.event_types import VolumeAnomaly
from trimtab.domain.observations import VOLUME, Bars
from trimtab.domain.units import HOUR, MARKET, Coin, Micros

READINGS = ("volume_z",)
SLOTS = 168
WEEK = Micros(SLOTS * HOUR)


class VolumeParameters(Struct, frozen=True):
    """Half-lives and spans in hours."""

    level_halflife: float = 168.0
    season_halflife: float = 672.0
    """Four weeks: four visits of each hour of the week."""
    spread_halflife: float = 720.0
    normal: float = 1.2533
    """Standard deviation over mean absolute deviation of the normal law, sqrt(pi / 2)."""
    floor: float = 0.05
    """Least deviation of the logarithm: volumes are not steadier than that."""
    unusual: float = 4.0
    """|z| at which an anomaly may begin,"""
    hold: float = 2.0
    """after so many hours of it."""
    calm: float = 2.0
    """|z| below which it is over."""
    warm_up: float = 336.0

    def dials(self, interval: Micros) -> Dials:
        """In bars of this interval."""
        return dials_of(
            interval=int(interval),
            level=gain(self.level_halflife, interval),
            season=gain(self.season_halflife / SLOTS, interval),
            spread=gain(self.spread_halflife, interval),
            normal=self.normal,
            floor=self.floor,
            unusual=self.unusual,
            hold=rows_in(self.hold, interval),
            calm=self.calm,
            warm_up=rows_in(self.warm_up, interval),
        )


CELL = np.dtype([
    ("clock", "i8"), ("bars", "i8"), ("level", "f8"), ("spread", "f8"),
    ("z", "f8"), ("streak", "i8"),
    ("season", "f4", (SLOTS,)),
    ("unusual", "?"), ("fired", "?"),
])  # fmt: skip


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
        for place in range(len(cells)):
            readings[row, place, 0] = cells[place]["z"]


@njit(cache=True, error_model="numpy")
def _see_row(cells: Cells, bars: Bars, row: int, dials: Any) -> bool:
    """The market's volume is the mean of the coins' excess, so that no coin outweighs another."""
    fired = False
    total = 0.0
    traded = 0
    coins = len(cells) - 1
    slot = _slot(cells[coins], dials)
    for coin in range(coins):
        volume = bars[row, VOLUME, coin]
        excess = _see(cells[coin], log(volume) if 0.0 < volume < 1e300 else nan, slot, dials)
        fired |= cells[coin]["fired"]
        if excess == excess:
            total += excess
            traded += 1
    _see(cells[coins], total / traded if traded > 0 else nan, slot, dials)
    return fired or bool(cells[coins]["fired"])


@njit(cache=True, error_model="numpy")
def _slot(market: Any, dials: Any) -> int:
    """The hour of the week that this row opens in; the market's cell keeps the time for all."""
    slot = market["clock"] // HOUR
    market["clock"] = (market["clock"] + dials["interval"]) % WEEK
    return int(slot)


@njit(cache=True, error_model="numpy")
def _see(cell: Any, quantity: float, slot: int, dials: Any) -> float:
    """The excess of this bar's log volume over the usual; NaN without a volume."""
    cell["fired"] = False
    cell["z"] = 0.0
    if quantity != quantity:
        cell["streak"] = 0
        return nan
    if cell["bars"] == 0:
        cell["level"] = quantity
    excess = quantity - cell["level"] - cell["season"][slot]
    if cell["bars"] >= dials["warm_up"]:
        cell["z"] = excess / (dials["normal"] * max(cell["spread"], dials["floor"]))
        _judge(cell, dials)
    cell["bars"] += 1
    _learn(cell, slot, excess, dials)
    return excess


@njit(cache=True, error_model="numpy")
def _learn(cell: Any, slot: int, excess: float, dials: Any) -> None:
    """Outliers count no more than four usual deviations: a robust mean (Huber 1964)."""
    if cell["bars"] > dials["warm_up"]:
        edge = dials["unusual"] * max(cell["spread"], dials["floor"])
        excess = min(max(excess, -edge), edge)
    seldom = cell["bars"] * dials["spread"] < 1.0
    weight = 1.0 / cell["bars"] if seldom else 0.0
    cell["level"] += max(dials["level"], weight) * excess
    cell["spread"] += max(dials["spread"], weight) * (abs(excess) - cell["spread"])
    season = dials["season"]
    visits = cell["bars"] // SLOTS
    if season * (visits + 2) < 1.0:
        season = 1.0 / (visits + 2)
    cell["season"][slot] += season * excess


@njit(cache=True, error_model="numpy")
def _judge(cell: Any, dials: Any) -> None:
    size = abs(cell["z"])
    cell["streak"] = cell["streak"] + 1 if size > dials["unusual"] else 0
    if cell["unusual"]:
        cell["unusual"] = size >= dials["calm"]
    elif cell["streak"] >= dials["hold"]:
        cell["unusual"] = True
        cell["fired"] = True


class VolumeReading(Struct, frozen=True):
    """One coin's volume at the last row."""

    coin: Coin
    z: float
    """0.0 is usual, or not known."""
    unusual: bool


class VolumeAnalyzer(Struct, frozen=True, eq=False):
    """Volume of every coin and, as one more cell, of the market: the mean of the excesses."""

    coins: tuple[Coin, ...]
    cells: Cells
    parameters: VolumeParameters
    dials: Dials
    fired: bool = False

    @classmethod
    def of(
        cls,
        coins: tuple[Coin, ...],
        interval: Micros,
        parameters: VolumeParameters = VolumeParameters(),
    ) -> Self:
        """An analyzer that has seen nothing, for bars of this length."""
        return cls(coins, _fresh(coins), parameters, parameters.dials(interval))

    def advance(self, bars: Bars, start: int, limit: int) -> tuple[Self, int]:
        """Consume rows until an anomaly begins."""
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

    def readings(self) -> tuple[VolumeReading, ...]:
        """By coin, the market last."""
        return tuple(
            VolumeReading(coin, float(cell["z"]), bool(cell["unusual"]))
            for coin, cell in zip((*self.coins, MARKET), self.cells, strict=True)
        )

    def events(self, at: Micros) -> tuple[VolumeAnomaly, ...]:
        """The anomalies that began at the last row."""
        if not self.fired:
            return ()
        return tuple(
            _anomaly(at, coin, cell)
            for coin, cell in zip((*self.coins, MARKET), self.cells, strict=True)
            if cell["fired"]
        )


def _fresh(coins: tuple[Coin, ...]) -> Cells:
    return fresh_cells(len(coins) + 1, CELL)


def _anomaly(at: Micros, coin: Coin, cell: Any) -> VolumeAnomaly:
    """Confidence by Chebyshev: at least this share of any law lies nearer to its mean."""
    z = float(cell["z"])
    evidence = {"usual_log_volume": float(cell["level"]), "spread": float(cell["spread"])}
    return VolumeAnomaly(at, coin, z, 1.0 - z**-2, evidence)
