"""The kernel of the volume analyzer: its record, and what a row of bars does to it."""

from __future__ import annotations

from math import log, nan
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trimtab.context.cells import Cells, Dials
from trimtab.domain.observations import CLOSE, VOLUME, Bars
from trimtab.domain.units import HOUR, Micros

READINGS = ("volume_z", "illiquidity")
SLOTS = 168
WEEK = Micros(SLOTS * HOUR)


YOUNG = 8
"""Outliers are clipped from this part of the warm-up on."""
PRIOR_BARS = 10.0
"""What the spread that it begins with is worth."""
BEGINNINGS = {"spread": 0.3}


CELL = np.dtype([
    ("clock", "i8"), ("bars", "i8"), ("silent", "i8"), ("level", "f8"), ("spread", "f8"),
    ("z", "f8"), ("streak", "i8"),
    ("close", "f8"), ("moves", "i8"), ("impact", "f8"), ("usual_impact", "f8"),
    ("season", "f4", (SLOTS,)),
    ("unusual", "?"), ("fired", "?"),
])  # fmt: skip
"""`spread` is the median deviation; `impact` the move per unit of money traded, lately."""


@njit(cache=True, error_model="numpy")
def run(cells: Cells, bars: Bars, start: int, limit: int, dials: Dials) -> tuple[int, bool]:
    """Consume rows until something happens; the row to go on from, and did it?"""
    row = start
    fired = False
    while row < limit and not fired:
        fired = see_row(cells, bars, row, dials[0])
        row += 1
    return row, fired


@njit(cache=True, error_model="numpy")
def record(cells: Cells, bars: Bars, dials: Dials, readings: NDArray[np.float64]) -> None:
    """Consume all rows and note every cell's readings after each."""
    for row in range(len(bars)):
        see_row(cells, bars, row, dials[0])
        for place in range(len(cells)):
            cell = cells[place]
            readings[row, place, 0] = cell["z"]
            known = cell["moves"] >= dials[0]["warm_up"] and cell["usual_impact"] > 0.0
            readings[row, place, 1] = cell["impact"] / cell["usual_impact"] if known else nan


@njit(cache=True, error_model="numpy")
def see_row(cells: Cells, bars: Bars, row: int, dials: Any) -> bool:
    """The market's volume is the mean of the coins' excess, so that no coin outweighs another."""
    fired = False
    total, traded = 0.0, 0
    impact, usual_impact = 0.0, 0.0
    coins = len(cells) - 1
    slot = _slot(cells[coins], dials)
    for coin in range(coins):
        cell = cells[coin]
        volume = bars[row, VOLUME, coin]
        excess = _see(cell, log(volume) if 0.0 < volume < 1e300 else nan, slot, dials)
        fired |= bool(cell["fired"])
        if excess == excess:
            total += excess
            traded += 1
        _weigh_impact(cell, bars[row, CLOSE, coin], volume, dials)
        if cell["moves"] >= dials["warm_up"] and cell["usual_impact"] > 0.0:
            impact += cell["impact"] / cell["usual_impact"]
            usual_impact += 1.0
    market = cells[coins]
    _see(market, total / traded if traded > 0 else nan, slot, dials)
    market["impact"], market["usual_impact"] = impact, usual_impact
    market["moves"] = dials["warm_up"]
    return fired or bool(market["fired"])


@njit(cache=True, error_model="numpy")
def _slot(market: Any, dials: Any) -> int:
    """The hour of the week that this row opens in; the market's cell keeps the time for all."""
    slot = market["clock"] // HOUR
    market["clock"] = (market["clock"] + dials["interval"]) % WEEK
    return int(slot)


@njit(cache=True, error_model="numpy")
def _weigh_impact(cell: Any, close: float, volume: float, dials: Any) -> None:
    """|move| over money traded (Amihud 2002); a single bar counts ten times the usual at most."""
    if not (0.0 < close < 1e300 and 0.0 < volume < 1e300):
        return
    before = cell["close"]
    cell["close"] = close
    if before > 0.0:
        cell["moves"] += 1
        fresh = 1.0 / cell["moves"]
        impact = 2.0 * abs(close - before) / (close + before) / (close * volume)
        if YOUNG * cell["moves"] > dials["warm_up"]:
            impact = min(impact, dials["most"] * cell["usual_impact"])
        cell["impact"] += max(dials["lately"], fresh) * (impact - cell["impact"])
        cell["usual_impact"] += max(dials["spread"], fresh) * (impact - cell["usual_impact"])


@njit(cache=True, error_model="numpy")
def _see(cell: Any, quantity: float, slot: int, dials: Any) -> float:
    """The excess of this bar's log volume over the usual; NaN without a volume."""
    cell["fired"] = False
    cell["z"] = 0.0
    if quantity != quantity:
        cell["streak"] = 0
        cell["silent"] += 1
        if cell["silent"] >= dials["stale"]:
            cell["fired"] = cell["unusual"]
            cell["unusual"] = False
        return nan
    cell["silent"] = 0
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
    """Level and season are means of clipped excesses (Huber 1964): nearly as precise as means,
    nearly as hard to mislead as medians. The spread is the median deviation: it goes up after a
    larger one and down after a smaller one (Robbins & Monro 1951), so that sizes do not matter.
    """
    weight = 1.0 / cell["bars"]
    step = max(dials["deviation"], 1.0 / (cell["bars"] + PRIOR_BARS))
    larger = abs(excess) > cell["spread"]
    if YOUNG * cell["bars"] > dials["warm_up"]:
        edge = dials["clip"] * dials["normal"] * max(cell["spread"], dials["floor"])
        excess = min(max(excess, -edge), edge)
    cell["spread"] *= 1.0 + step if larger else 1.0 - step
    cell["level"] += max(dials["level"], weight) * excess
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
        cell["fired"] = not cell["unusual"]
    elif cell["streak"] >= dials["hold"]:
        cell["unusual"] = True
        cell["fired"] = True
