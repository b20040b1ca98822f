"""The kernel of the volatility analyzer: its record, and what a row of bars does to it."""

from __future__ import annotations

from math import floor, log, nan, sqrt
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trimtab.context.cells import Cells, Dials
from trimtab.domain.observations import CLOSE, HIGH, LOW, OPEN, Bars

READINGS = ("volatility", "volatility_ratio", "volatility_regime")
LOW_REGIME, MEDIUM_REGIME, HIGH_REGIME, UNKNOWN_REGIME = range(4)
BINS = 64
BIN_WIDTH = 0.1
"""Of the logarithm of the volatility: the bins span a factor of 600."""
HEAVY = 1e100


CELL = np.dtype([
    ("clock", "i8"), ("close", "f8"), ("silent", "i8"), ("bars", "i8"),
    ("short", "f8"), ("usual", "f8"), ("level", "f8"), ("range", "f8"),
    ("since_spike", "i8"), ("regime", "i8"),
    ("seen", "f8", (BINS,)), ("weight", "f8"), ("total", "f8"), ("below", "f8"),
    ("bin", "i8"), ("anchor", "f8"), ("rank", "f8"),
    ("spiking", "?"), ("turned", "?"), ("changed", "?"),
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
            cell = cells[place]
            readings[row, place, 0] = sqrt(cell["range"]) if cell["bars"] > 0 else nan
            ratio = sqrt(cell["short"] / cell["usual"]) if cell["usual"] > 0.0 else 1.0
            readings[row, place, 1] = ratio
            readings[row, place, 2] = cell["regime"]


@njit(cache=True, error_model="numpy")
def _see_row(cells: Cells, bars: Bars, row: int, dials: Any) -> bool:
    fired = False
    total = 0.0
    moved = 0
    coins = len(cells) - 1
    census = _is_census(cells[coins], dials)
    for coin in range(coins):
        move = _move(cells[coin], bars[row, CLOSE, coin], dials)
        spread = _rogers_satchell(
            bars[row, OPEN, coin],
            bars[row, HIGH, coin],
            bars[row, LOW, coin],
            bars[row, CLOSE, coin],
        )
        fired |= _see(cells[coin], move, spread, census, dials)
        if move == move:
            total += move
            moved += 1
    mean = total / moved if moved > 0 else nan
    fired |= _see(cells[coins], mean, nan, census, dials)
    return fired


@njit(cache=True, error_model="numpy")
def _is_census(market: Any, dials: Any) -> bool:
    """The market's cell keeps the time for all, so that their regimes change on one row."""
    market["clock"] += 1
    if market["clock"] < dials["census"]:
        return False
    market["clock"] = 0
    return True


@njit(cache=True, error_model="numpy")
def _move(cell: Any, close: float, dials: Any) -> float:
    """The log return, per square root of the bars it took; NaN where there is none."""
    if not 0.0 < close < 1e300:
        cell["silent"] += 1
        return nan
    bridged = cell["close"] > 0.0 and cell["silent"] < dials["lost"]
    move = log(close / cell["close"]) if bridged else nan
    cell["close"] = close
    if cell["silent"] > 0:
        move /= sqrt(cell["silent"] + 1.0)
        cell["silent"] = 0
    return move


@njit(cache=True, error_model="numpy")
def _rogers_satchell(opened: float, high: float, low: float, close: float) -> float:
    """The bar's variance from its range, whatever its drift; NaN for an impossible bar."""
    if not (0.0 < low <= min(opened, close) and max(opened, close) <= high < 1e300):
        return nan
    up = log(high / opened)
    down = log(low / opened)
    end = log(close / opened)
    return max(0.0, up * (up - end) + down * (down - end))


@njit(cache=True, error_model="numpy")
def _see(cell: Any, move: float, spread: float, census: bool, dials: Any) -> bool:
    cell["turned"] = False
    cell["changed"] = False
    if move != move:
        return False
    cell["bars"] += 1
    _learn(cell, move * move, spread, dials)
    _watch_for_spikes(cell, census, dials)
    if census and cell["range"] > 0.0:
        _take_census(cell, dials)
    return bool(cell["turned"] or cell["changed"])


@njit(cache=True, error_model="numpy")
def _learn(cell: Any, square: float, spread: float, dials: Any) -> None:
    """The market has no range, and so no `spread`, of its own: its squared move stands in."""
    fresh = 0.0
    if cell["bars"] > dials["warm_up"]:
        square = min(square, dials["cap"] * cell["usual"])
    else:
        fresh = 1.0 / cell["bars"]
    if spread == spread:
        spread += dials["move_share"] * (square - spread)
    else:
        spread = square
    cell["short"] += max(dials["short"], fresh) * (square - cell["short"])
    cell["usual"] += max(dials["usual"], fresh) * (square - cell["usual"])
    cell["level"] += max(dials["level"], fresh) * (square - cell["level"])
    cell["range"] += max(dials["range"], fresh) * (spread - cell["range"])


@njit(cache=True, error_model="numpy")
def _watch_for_spikes(cell: Any, census: bool, dials: Any) -> None:
    cell["since_spike"] += 1
    if cell["spiking"]:
        cell["turned"] = census and cell["short"] < dials["calm"] * cell["usual"]
    elif cell["bars"] > dials["warm_up"] and cell["since_spike"] >= dials["refractory"]:
        cell["turned"] = cell["short"] > dials["spike"] * cell["usual"]
    if cell["turned"]:
        cell["spiking"] = not cell["spiking"]
        if cell["spiking"]:
            cell["since_spike"] = 0


@njit(cache=True, error_model="numpy")
def _take_census(cell: Any, dials: Any) -> None:
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
