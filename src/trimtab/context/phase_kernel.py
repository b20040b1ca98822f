"""The kernel of the phase detector: its record, and what a row of bars does to it."""

from __future__ import annotations

from math import log, nan, sqrt
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trimtab.context.cells import Cells, Dials
from trimtab.domain.observations import CLOSE, Bars

READINGS = ("phase", "p_bull", "p_bear", "p_sideways", "p_volatile")
STATES = 4
UNCERTAIN, UNKNOWN = 4, 5
GATHER, STEP, DECIDE = range(3)
WILD = 1e3
"""Moves count at most so many usual ones, lest the arithmetic overflow."""


CELL = np.dtype([
    ("rows", "i8"), ("steps_so_far", "i8"), ("close", "f8"), ("path", "f8"), ("moves", "i8"),
    ("base", "f8"), ("steps", "i8"), ("silent", "i8"), ("move", "f8"),
    ("trend", "f8"), ("width", "f8"),
    ("belief", "f8", (STATES,)), ("confirmed", "f8", (STATES,)),
    ("candidate", "i8"), ("streak", "i8"), ("doubt", "i8"),
    ("phase", "i8"), ("before", "i8"), ("fired", "?"),
])  # fmt: skip
"""`confirmed`: the belief at the last step that spoke for the phase of that time."""


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
            readings[row, place, 0] = cells[place]["phase"]
            for state in range(STATES):
                readings[row, place, 1 + state] = cells[place]["belief"][state]


@njit(cache=True, error_model="numpy")
def _see_row(cells: Cells, bars: Bars, row: int, dials: Any) -> bool:
    fired = False
    total = 0.0
    moved = 0
    coins = len(cells) - 1
    stage = _stage(cells[coins], dials)
    for coin in range(coins):
        move = _move(cells[coin], bars[row, CLOSE, coin])
        fired |= _see(cells[coin], move, stage, dials)
        if move == move:
            total += move
            moved += 1
    fired |= _see(cells[coins], total / moved if moved > 0 else nan, stage, dials)
    return fired


@njit(cache=True, error_model="numpy")
def _stage(market: Any, dials: Any) -> int:
    """What this row is for: its cell keeps the time for all, so that they decide on one row."""
    market["rows"] += 1
    if market["rows"] < dials["pace"]:
        return GATHER
    market["rows"] = 0
    market["steps_so_far"] += 1
    if market["steps_so_far"] < dials["decide"]:
        return STEP
    market["steps_so_far"] = 0
    return DECIDE


@njit(cache=True, error_model="numpy")
def _move(cell: Any, close: float) -> float:
    if not 0.0 < close < 1e300:
        return nan
    move = log(close / cell["close"]) if cell["close"] > 0.0 else nan
    cell["close"] = close
    return move


@njit(cache=True, error_model="numpy")
def _see(cell: Any, move: float, stage: int, dials: Any) -> bool:
    """Gather moves until a step is complete."""
    cell["fired"] = False
    if move == move:
        cell["path"] += move
        cell["moves"] += 1
    if stage == GATHER:
        return False
    if cell["moves"] == 0:
        _miss_step(cell, dials)
    else:
        _take_step(cell, cell["path"], dials)
        cell["path"] = 0.0
        cell["moves"] = 0
        if stage == DECIDE:
            _decide(cell, dials)
    return bool(cell["fired"])


@njit(cache=True, error_model="numpy")
def _miss_step(cell: Any, dials: Any) -> None:
    """Without data the belief drifts towards not knowing."""
    cell["silent"] += 1
    for state in range(STATES):
        cell["belief"][state] = cell["belief"][state] * dials["keep"] + dials["leave"]
    if cell["silent"] == dials["gap"] and cell["phase"] != UNKNOWN:
        cell["streak"] = 0
        _change(cell, UNCERTAIN)


@njit(cache=True, error_model="numpy")
def _take_step(cell: Any, path: float, dials: Any) -> None:
    silent = cell["silent"] if cell["steps"] > 0 else 0
    cell["silent"] = 0
    if silent >= dials["gap"]:  # the move across a long gap tells nothing
        return
    move = path / sqrt(silent + 1.0) if silent > 0 else path
    cell["steps"] += 1
    warm = cell["steps"] > dials["warm_up"] and cell["base"] > 0.0
    if warm:
        move_in_units = move / (dials["unit"] * cell["base"])
        cell["move"] = min(max(move_in_units, -WILD), WILD)
        cell["trend"] += dials["trend"] * (cell["move"] - cell["trend"])
        cell["width"] += dials["trend"] * (abs(cell["move"]) - cell["width"])
        _believe(cell["belief"], cell["move"], dials)
    weight = dials["base"] if cell["steps"] * dials["base"] > 1.0 else 1.0 / cell["steps"]
    cell["base"] += weight * (abs(move) - cell["base"])
    if warm:
        _weigh(cell, dials)


@njit(cache=True, error_model="numpy")
def _believe(belief: Any, x: float, dials: Any) -> None:
    """One step of the forward filter: what may have changed, times what the move says."""
    keep = dials["keep"]
    leave = dials["leave"]
    bull = (belief[0] * keep + leave) * _density(x - dials["drift"], dials["bull"])
    bear = (belief[1] * keep + leave) * _density(x + dials["drift"], dials["bear"])
    sideways = (belief[2] * keep + leave) * _density(x, dials["sideways"])
    volatile = (belief[3] * keep + leave) * _density(x, dials["volatile"])
    share = 1.0 / (bull + bear + sideways + volatile)
    belief[0] = bull * share
    belief[1] = bear * share
    belief[2] = sideways * share
    belief[3] = volatile * share


@njit(cache=True, error_model="numpy")
def _density(distance: float, inverse_width: float) -> float:
    """Student's t with 5 degrees of freedom, up to a factor: its exponent is 3, so no power."""
    u = distance * inverse_width
    q = 1.0 + 0.2 * u * u
    return inverse_width / (q * q * q) + 1e-300


@njit(cache=True, error_model="numpy")
def _weigh(cell: Any, dials: Any) -> None:
    """How long has one phase been believed in, how long none?"""
    belief = cell["belief"]
    best = 0 if belief[0] > belief[1] else 1
    rest = 2 if belief[2] > belief[3] else 3
    if belief[rest] > belief[best]:
        best = rest
    if belief[best] < dials["commit"]:
        cell["streak"] = 0
        cell["doubt"] += 1
        return
    cell["doubt"] = 0
    cell["streak"] = cell["streak"] + 1 if best == cell["candidate"] else 1
    cell["candidate"] = best
    if best == cell["phase"]:
        for state in range(STATES):
            cell["confirmed"][state] = cell["belief"][state]


@njit(cache=True, error_model="numpy")
def _decide(cell: Any, dials: Any) -> None:
    """Commit to a phase only after a sustained belief; give it up after a sustained lack of one."""
    if cell["streak"] >= dials["hold"]:
        if cell["candidate"] != cell["phase"]:
            _change(cell, cell["candidate"])
    elif cell["doubt"] >= dials["patience"] and cell["phase"] != UNCERTAIN:
        _change(cell, UNCERTAIN)


@njit(cache=True, error_model="numpy")
def _change(cell: Any, phase: int) -> None:
    cell["before"] = cell["phase"]
    cell["phase"] = phase
    cell["fired"] = True
