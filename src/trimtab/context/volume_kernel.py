"""The kernel of the volume analyzer: its record, and what a row of bars does to it."""

from __future__ import annotations

from math import log, nan
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trimtab.context.cells import Cells, Dials
from trimtab.domain.observations import VOLUME, Bars
from trimtab.domain.units import HOUR, Micros

READINGS = ("volume_z",)
SLOTS = 168
WEEK = Micros(SLOTS * HOUR)


CELL = np.dtype([
    ("clock", "i8"), ("bars", "i8"), ("level", "f8"), ("spread", "f8"),
    ("z", "f8"), ("streak", "i8"),
    ("season", "f4", (SLOTS,)),
    ("unusual", "?"), ("fired", "?"),
])  # fmt: skip


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
        fired |= bool(cells[coin]["fired"])
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
    return float(excess)


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
