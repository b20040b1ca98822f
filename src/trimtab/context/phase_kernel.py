"""The kernel of the phase detector: its record, and what a row of bars does to it."""

from __future__ import annotations

from math import log, nan, sqrt
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trimtab.context.cells import Cells, Dials
from trimtab.domain.observations import CLOSE, Bars
from trimtab.domain.records import layout

READINGS = ("phase", "p_bull", "p_bear", "p_sideways", "p_volatile")
STATES, TRENDS = 4, 2
"""The first two are trends."""
UNCERTAIN, UNKNOWN = 4, 5
GATHER, STEP, DECIDE = range(3)
WILD = 1e3
"""Moves count at most so many usual ones, lest the arithmetic overflow."""


CELL = np.dtype([
    ("rows", "i8"), ("steps_so_far", "i8"), ("close", "f8"), ("path", "f8"), ("moves", "i8"),
    ("base", "f8"), ("steps", "i8"), ("silent", "i8"), ("move", "f8"),
    ("trend", "f8"), ("width", "f8"),
    ("early", "f8", (STATES,)), ("late", "f8", (STATES,)), ("heat", "f8", (STATES,)),
    ("strong", "f8"),    ("belief", "f8", (STATES,)), ("confirmed", "f8", (STATES,)), ("doubt", "i8"),
    ("phase", "i8"), ("before", "i8"), ("fired", "?"),
])  # fmt: skip
"""`early`, `late`: probability of a state in the first or second stage of its spell; `heat`: the
variance that clustering would give a state now, 1 on average; `strong`: probability that the
trends of this coin are strong; `confirmed`: the belief when it last
spoke for the phase."""

DIALS = layout([
    ("pace", "i8"), ("inverse_width", "f8", (STATES,)),
    ("weak", "f8", (STATES,)), ("strong", "f8", (STATES,)), ("forget", "f8"),
    ("unit", "f8"), ("ending", "f8"),
    ("calm", "f8"), ("reaction", "f8"), ("memory", "f8"), ("base", "f8"), ("trend", "f8"),
    ("margin", "f8"), ("doubt", "f8"),
    ("decide", "i8"), ("patience", "i8"), ("gap", "i8"), ("warm_up", "i8"),
])  # fmt: skip


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
            readings[row, place, 0] = cells[place]["phase"]
            for state in range(STATES):
                readings[row, place, 1 + state] = cells[place]["belief"][state]


@njit(cache=True, error_model="numpy")
def see_row(cells: Cells, bars: Bars, row: int, dials: Any) -> bool:
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
        _take_step(cell, cell["path"], stage, dials)
        cell["path"] = 0.0
        cell["moves"] = 0
    return bool(cell["fired"])


@njit(cache=True, error_model="numpy")
def _miss_step(cell: Any, dials: Any) -> None:
    """Without data the belief drifts towards not knowing, and volatility to what is usual."""
    cell["silent"] += 1
    _turn(cell, dials)
    for state in range(STATES):
        heat = cell["heat"][state]
        cell["heat"][state] = dials["calm"] + (dials["reaction"] + dials["memory"]) * heat
    _sum_up(cell)
    if cell["silent"] == dials["gap"] and cell["phase"] != UNKNOWN:
        cell["doubt"] = 0
        _change(cell, UNCERTAIN)


@njit(cache=True, error_model="numpy")
def _take_step(cell: Any, path: float, stage: int, dials: Any) -> None:
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
        _turn(cell, dials)
        _learn(cell, cell["move"], dials)
        _sum_up(cell)
    weight = dials["base"] if cell["steps"] * dials["base"] > 1.0 else 1.0 / cell["steps"]
    cell["base"] += weight * (abs(move) - cell["base"])
    if warm:
        _weigh(cell, stage, dials)


@njit(cache=True, error_model="numpy")
def _turn(cell: Any, dials: Any) -> None:
    """What may have changed since the last step: spells grow late, end, and others begin."""
    early = cell["early"]
    late = cell["late"]
    heat = cell["heat"]
    ending = dials["ending"]
    lasting = 1.0 - ending
    begun = 0.0
    begun_heat = 0.0
    for state in range(STATES):
        begun += late[state]
        begun_heat += late[state] * heat[state]
    begun *= ending / STATES
    begun_heat *= ending / STATES
    for state in range(STATES):
        kept = early[state] + late[state] * lasting
        heat[state] = (kept * heat[state] + begun_heat) / (kept + begun)
        late[state] = late[state] * lasting + early[state] * ending
        early[state] = early[state] * lasting + begun


@njit(cache=True, error_model="numpy")
def _learn(cell: Any, move: float, dials: Any) -> None:
    """Bayes' rule, for the states and for whether the trends of this coin are weak or strong."""
    strong = cell["strong"]
    if_weak = 0.0
    if_strong = 0.0
    for state in range(STATES):
        z = move * dials["inverse_width"][state]
        heat = cell["heat"][state]
        height = dials["inverse_width"][state] * (heat * heat * sqrt(heat))
        density = _density(height, heat, z - dials["weak"][state])
        chance = cell["early"][state] + cell["late"][state]
        if_weak += chance * density
        if state < TRENDS:
            other = _density(height, heat, z - dials["strong"][state])
            if_strong += chance * other
            density += strong * (other - density)
        else:
            if_strong += chance * density
        cell["early"][state] *= density
        cell["late"][state] *= density
        cell["heat"][state] = dials["calm"] + dials["reaction"] * (z * z) + dials["memory"] * heat
    strong = strong * if_strong / (strong * if_strong + (1.0 - strong) * if_weak)
    cell["strong"] = strong + dials["forget"] * (0.5 - strong)


@njit(cache=True, error_model="numpy")
def _density(height: float, heat: float, distance: float) -> float:
    """Student's t with 5 degrees of freedom, up to a factor: its exponent is 3, so no power."""
    spread = heat + distance * distance * (1.0 / 3.0)
    return height / (spread * spread * spread) + 1e-300


@njit(cache=True, error_model="numpy")
def _sum_up(cell: Any) -> None:
    """Probabilities add up to one."""
    early = cell["early"]
    late = cell["late"]
    belief = cell["belief"]
    total = 0.0
    for state in range(STATES):
        belief[state] = early[state] + late[state]
        total += belief[state]
    share = 1.0 / total
    for state in range(STATES):
        belief[state] *= share
        early[state] *= share
        late[state] *= share


@njit(cache=True, error_model="numpy")
def _weigh(cell: Any, stage: int, dials: Any) -> None:
    """Go over to a phase that is clearly likelier; give up after a sustained lack of a likely one."""
    belief = cell["belief"]
    best = 0 if belief[0] > belief[1] else 1
    rest = 2 if belief[2] > belief[3] else 3
    if belief[rest] > belief[best]:
        best = rest
    phase = cell["phase"]
    cell["doubt"] = cell["doubt"] + 1 if belief[best] < dials["doubt"] else 0
    if best == phase:
        for state in range(STATES):
            cell["confirmed"][state] = belief[state]
    elif stage == DECIDE:
        held = belief[phase] if phase < STATES else 0.0
        if belief[best] > held + dials["margin"]:
            _change(cell, best)
    if stage == DECIDE and cell["doubt"] >= dials["patience"] and phase != UNCERTAIN:
        _change(cell, UNCERTAIN)


@njit(cache=True, error_model="numpy")
def _change(cell: Any, phase: int) -> None:
    cell["before"] = cell["phase"]
    cell["phase"] = phase
    cell["fired"] = True
