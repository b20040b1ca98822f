"""The kernel of the volatility analyzer: its record, and what a row of bars does to it."""

from __future__ import annotations

from math import log, nan, sqrt
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trimtab.context.cells import Cells, Dials
from trimtab.context.surprise_kernel import LEVELS, begin, limit, weigh
from trimtab.context.volatility_forecast_kernel import close_day, look_ahead
from trimtab.context.volatility_regime_kernel import BINS, UNKNOWN_REGIME, take_census
from trimtab.domain.observations import CLOSE, HIGH, LOW, OPEN, Bars

READINGS = (
    "volatility", "volatility_ratio", "volatility_regime", "volatility_forecast", "jump_share",
)  # fmt: skip
HALF_PI = 1.5707963267948966
"""Square of the mean size over the mean square of the normal law, turned round."""


CELL = np.dtype([
    ("clock", "i8"), ("day_clock", "i8"), ("close", "f8"), ("silent", "i8"), ("bars", "i8"),
    ("short", "f8"), ("usual", "f8"), ("level", "f8"), ("near", "f8"), ("range", "f8"),
    ("size", "f8"), ("products", "f8"),
    ("regime", "i8"), ("seen", "f8", (BINS,)), ("weight", "f8"), ("total", "f8"), ("below", "f8"),
    ("bin", "i8"), ("anchor", "f8"), ("rank", "f8"),
    ("levels", "f8", (LEVELS,)), ("recent", "f8"), ("echo", "f8"),
    ("evidence", "f8"), ("since_spike", "i8"),
    ("promised", "f8"), ("realised", "f8"), ("day_bars", "i8"), ("days", "i8"), ("scale", "f8"),
    ("forecast", "f8"),
    ("spiking", "?"), ("turned", "?"), ("changed", "?"),
])  # fmt: skip
"""Time; levels; jumps; regime; surprise and spikes; forecast; what is so and what happened."""

BEGINNINGS = {"regime": UNKNOWN_REGIME, "scale": 1.0}


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
    """Consume all rows and note every cell's readings after each; NaN is unknown."""
    for row in range(len(bars)):
        see_row(cells, bars, row, dials[0])
        for place in range(len(cells)):
            _note(cells[place], dials[0], readings[row, place])


@njit(cache=True, error_model="numpy")
def note_sigmas(cells: Cells, sigmas: NDArray[np.float64]) -> None:
    """By coin: standard deviation of one bar's log return over some days; NaN before any bar."""
    for coin in range(len(sigmas)):
        sigmas[coin] = sqrt(cells[coin]["level"]) if cells[coin]["bars"] > 0 else nan


@njit(cache=True, error_model="numpy")
def _note(cell: Any, dials: Any, readings: NDArray[np.float64]) -> None:
    known = cell["bars"] > 0 and cell["silent"] < dials["stale"]
    readings[0] = sqrt(cell["range"]) if known else nan
    readings[1] = sqrt(cell["short"] / cell["usual"]) if cell["usual"] > 0.0 else 1.0
    readings[2] = cell["regime"]
    readings[3] = sqrt(cell["forecast"]) if known and cell["forecast"] > 0.0 else nan
    jumps = 1.0 - HALF_PI * cell["products"] / cell["level"] if cell["level"] > 0.0 else nan
    readings[4] = max(0.0, jumps) if known else nan


@njit(cache=True, error_model="numpy")
def see_row(cells: Cells, bars: Bars, row: int, dials: Any) -> bool:
    fired = False
    total = 0.0
    moved = 0
    coins = len(cells) - 1
    census = _is_census(cells[coins], dials)
    midnight = _is_midnight(cells[coins], dials)
    for coin in range(coins):
        move = _move(cells[coin], bars[row, CLOSE, coin], dials)
        spread = _rogers_satchell(
            bars[row, OPEN, coin],
            bars[row, HIGH, coin],
            bars[row, LOW, coin],
            bars[row, CLOSE, coin],
        )
        fired |= _see(cells[coin], move, spread, census, midnight, dials)
        if move == move:
            total += move
            moved += 1
    cells[coins]["silent"] = 0 if moved > 0 else cells[coins]["silent"] + 1
    mean = total / moved if moved > 0 else nan
    fired |= _see(cells[coins], mean, nan, census, midnight, dials)
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
def _is_midnight(market: Any, dials: Any) -> bool:
    """Days are counted from the first row."""
    market["day_clock"] += 1
    if market["day_clock"] < dials["day"]:
        return False
    market["day_clock"] = 0
    return True


@njit(cache=True, error_model="numpy")
def _move(cell: Any, close: float, dials: Any) -> float:
    """The log return, per square root of the bars it took; NaN where there is none."""
    if not 0.0 < close < 1e300:
        cell["silent"] += 1
        return nan
    bridged = cell["close"] > 0.0 and cell["silent"] < dials["lost"]
    move = _log_ratio(close, cell["close"]) if bridged else nan
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
    up = _log_ratio(high, opened)
    down = _log_ratio(low, opened)
    end = _log_ratio(close, opened)
    return max(0.0, up * (up - end) + down * (down - end))


@njit(cache=True, error_model="numpy")
def _log_ratio(above: float, below: float) -> float:
    """ln(above / below); where they are near by its series, exact to 14 digits and quicker."""
    half = (above - below) / (above + below)
    square = half * half
    if square > 1e-3:
        return log(above / below)
    series = 1.0 + square * (1 / 3 + square * (1 / 5 + square * (1 / 7 + square * (1 / 9))))
    return 2.0 * half * series


@njit(cache=True, error_model="numpy")
def _see(cell: Any, move: float, spread: float, census: bool, midnight: bool, dials: Any) -> bool:
    cell["turned"] = False
    cell["changed"] = False
    if move == move:
        cell["bars"] += 1
        _learn(cell, move * move, spread, dials)
        _watch_for_spikes(cell, census, dials)
        if census and cell["range"] > 0.0:
            take_census(cell, dials)
            look_ahead(cell, dials)
    elif cell["silent"] >= dials["lost"]:
        _forget(cell, dials)
    if midnight:
        close_day(cell, dials)
    return bool(cell["turned"] or cell["changed"])


@njit(cache=True, error_model="numpy")
def _forget(cell: Any, dials: Any) -> None:
    """What was about to happen before a long silence is not going to; nor does its regime last."""
    cell["evidence"] = 0.0
    if cell["silent"] >= dials["stale"]:
        cell["changed"] = cell["regime"] != UNKNOWN_REGIME
        cell["regime"] = UNKNOWN_REGIME


@njit(cache=True, error_model="numpy")
def _learn(cell: Any, square: float, spread: float, dials: Any) -> None:
    """The market has no range, and so no `spread`, of its own: its squared move stands in."""
    young = cell["bars"] <= dials["warm_up"]
    fresh = 1.0 / cell["bars"] if young else 0.0
    trusted = 8 * cell["bars"] > dials["warm_up"]
    if trusted and cell["usual"] > 0.0:
        square = min(square, dials["cap"] * cell["usual"])
    variance = square
    if spread == spread:
        variance = spread + dials["move_share"] * (square - spread)
    predicted = dials["near_share"] * cell["near"] + (1.0 - dials["near_share"]) * cell["range"]
    if trusted and predicted > 0.0:
        ranked = cell["bars"] - dials["warm_up"] // 2
        if cell["levels"][0] == 0.0:
            begin(cell)
        if ranked > 0:
            pace = max(dials["echo"], 1.0 / (ranked + 30.0))
            weigh(cell, variance / predicted, pace, dials["echo"])
        variance = min(variance, dials["wild"] * predicted)
    size = sqrt(square)
    cell["short"] += max(dials["short"], fresh) * (square - cell["short"])
    cell["usual"] += max(dials["usual"], fresh) * (square - cell["usual"])
    cell["level"] += max(dials["level"], fresh) * (square - cell["level"])
    cell["products"] += max(dials["level"], fresh) * (size * cell["size"] - cell["products"])
    cell["near"] += max(dials["near"], fresh) * (variance - cell["near"])
    cell["range"] += max(dials["range"], fresh) * (variance - cell["range"])
    cell["size"] = size
    cell["realised"] += square
    cell["day_bars"] += 1


@njit(cache=True, error_model="numpy")
def _watch_for_spikes(cell: Any, census: bool, dials: Any) -> None:
    """A spike needs evidence of a burst, and a volatility that is not calm."""
    cell["since_spike"] += 1
    calm = cell["short"] < dials["calm"] * cell["usual"]
    if cell["spiking"]:
        cell["turned"] = census and calm
    elif cell["bars"] > dials["warm_up"] and cell["since_spike"] >= dials["refractory"]:
        cell["turned"] = not calm and cell["evidence"] > limit(cell, dials["limit"])
    if cell["turned"]:
        cell["spiking"] = not cell["spiking"]
        if cell["spiking"]:
            cell["since_spike"] = 0
