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
PLACES = 2 * STATES
"""The states twice: once if the coin's scale is a little smaller than it seems, once if larger."""
UNCERTAIN, UNKNOWN = 4, 5
WILD = 1e3
"""Moves count at most so many usual ones, lest the arithmetic overflow."""


CELL = np.dtype([
    ("rows", "i8"), ("close", "f8"), ("path", "f8"), ("moves", "i8"),
    ("base", "f8"), ("steps", "i8"), ("silent", "i8"), ("move", "f8"),
    ("trend", "f8"), ("width", "f8"),
    ("early", "f8", (PLACES,)), ("late", "f8", (PLACES,)), ("heat", "f8", (PLACES,)),
    ("belief", "f8", (STATES,)), ("confirmed", "f8", (STATES,)), ("doubt", "i8"),
    ("phase", "i8"), ("before", "i8"), ("fired", "?"),
])  # fmt: skip
"""`early`, `late`: probability of a place and of the stage of its spell; `heat`: the variance that
clustering adds there, 1 on average; `confirmed`: the belief when it last spoke for the phase."""

DIALS = np.dtype([
    ("pace", "i8"), ("inverse_width", "f8", (PLACES,)), ("drift", "f8", (PLACES,)),
    ("unit", "f8"), ("ending", "f8"), ("crossing", "f8"),
    ("calm", "f8"), ("reaction", "f8"), ("memory", "f8"), ("base", "f8"), ("trend", "f8"),
    ("margin", "f8"), ("doubt", "f8"), ("patience", "i8"), ("gap", "i8"), ("warm_up", "i8"),
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
            readings[row, place, 0] = cells[place]["phase"]
            for state in range(STATES):
                readings[row, place, 1 + state] = cells[place]["belief"][state]


@njit(cache=True, error_model="numpy")
def _see_row(cells: Cells, bars: Bars, row: int, dials: Any) -> bool:
    fired = False
    total = 0.0
    moved = 0
    coins = len(cells) - 1
    complete = _completes(cells[coins], dials)
    for coin in range(coins):
        move = _move(cells[coin], bars[row, CLOSE, coin])
        fired |= _see(cells[coin], move, complete, dials)
        if move == move:
            total += move
            moved += 1
    fired |= _see(cells[coins], total / moved if moved > 0 else nan, complete, dials)
    return fired


@njit(cache=True, error_model="numpy")
def _completes(market: Any, dials: Any) -> bool:
    """Whether this row ends a step; the market's cell keeps the time for all."""
    market["rows"] += 1
    if market["rows"] < dials["pace"]:
        return False
    market["rows"] = 0
    return True


@njit(cache=True, error_model="numpy")
def _move(cell: Any, close: float) -> float:
    if not 0.0 < close < 1e300:
        return nan
    move = log(close / cell["close"]) if cell["close"] > 0.0 else nan
    cell["close"] = close
    return move


@njit(cache=True, error_model="numpy")
def _see(cell: Any, move: float, complete: bool, dials: Any) -> bool:
    """Gather moves until a step is complete."""
    cell["fired"] = False
    if move == move:
        cell["path"] += move
        cell["moves"] += 1
    if not complete:
        return False
    if cell["moves"] == 0:
        _miss_step(cell, dials)
    else:
        _take_step(cell, cell["path"], dials)
        cell["path"] = 0.0
        cell["moves"] = 0
    return bool(cell["fired"])


@njit(cache=True, error_model="numpy")
def _miss_step(cell: Any, dials: Any) -> None:
    """Without data the belief drifts towards not knowing."""
    cell["silent"] += 1
    _turn(cell, dials)
    heat = cell["heat"]
    for place in range(PLACES):
        heat[place] = dials["calm"] + (dials["reaction"] + dials["memory"]) * heat[place]
    _sum_up(cell)
    if cell["silent"] == dials["gap"] and cell["phase"] != UNKNOWN:
        cell["doubt"] = 0
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
        _turn(cell, dials)
        _learn(cell, cell["move"], dials)
        _sum_up(cell)
    weight = dials["base"] if cell["steps"] * dials["base"] > 1.0 else 1.0 / cell["steps"]
    cell["base"] += weight * (abs(move) - cell["base"])
    if warm:
        _decide(cell, dials)


@njit(cache=True, error_model="numpy")
def _turn(cell: Any, dials: Any) -> None:
    """What may have changed since the last step: spells grow late, end, and others begin."""
    share = dials["ending"] / STATES
    smaller, smaller_heat = _late(cell, 0)
    larger, larger_heat = _late(cell, STATES)
    over = dials["crossing"] * (larger - smaller)
    over_heat = dials["crossing"] * (larger_heat - smaller_heat)
    begun = share * (smaller + over)
    _renew(cell, 0, begun, share * (smaller_heat + over_heat), dials["ending"])
    begun = share * (larger - over)
    _renew(cell, STATES, begun, share * (larger_heat - over_heat), dials["ending"])


@njit(cache=True, error_model="numpy")
def _late(cell: Any, first: int) -> tuple[float, float]:
    """Probability of a late stage at one scale, and the same weighted with its heat."""
    chance = 0.0
    heated = 0.0
    for place in range(first, first + STATES):
        chance += cell["late"][place]
        heated += cell["late"][place] * cell["heat"][place]
    return chance, heated


@njit(cache=True, error_model="numpy")
def _renew(cell: Any, first: int, begun: float, begun_heat: float, ending: float) -> None:
    """The places of one scale after a step, in each of which a spell begins with chance `begun`."""
    early = cell["early"]
    late = cell["late"]
    heat = cell["heat"]
    lasting = 1.0 - ending
    for place in range(first, first + STATES):
        kept = early[place] + late[place] * lasting
        heat[place] = (kept * heat[place] + begun_heat) / (kept + begun)
        late[place] = late[place] * lasting + early[place] * ending
        early[place] = early[place] * lasting + begun


@njit(cache=True, error_model="numpy")
def _learn(cell: Any, move: float, dials: Any) -> None:
    """Bayes' rule with Student's t of 5 degrees of freedom: its exponent is 3, so no power."""
    heat = cell["heat"]
    for place in range(PLACES):
        z = move * dials["inverse_width"][place]
        distance = z - dials["drift"][place]
        variance = heat[place]
        spread = variance + distance * distance * (1.0 / 3.0)
        density = variance * variance * sqrt(variance) / (spread * spread * spread)
        density = dials["inverse_width"][place] * density + 1e-300
        cell["early"][place] *= density
        cell["late"][place] *= density
        heat[place] = dials["calm"] + dials["reaction"] * (z * z) + dials["memory"] * variance


@njit(cache=True, error_model="numpy")
def _sum_up(cell: Any) -> None:
    """Probabilities add up to one; a state's is that of its places."""
    early = cell["early"]
    late = cell["late"]
    belief = cell["belief"]
    total = 0.0
    for state in range(STATES):
        other = state + STATES
        belief[state] = (early[state] + late[state]) + (early[other] + late[other])
        total += belief[state]
    share = 1.0 / total
    for state in range(STATES):
        belief[state] *= share
    for place in range(PLACES):
        early[place] *= share
        late[place] *= share


@njit(cache=True, error_model="numpy")
def _decide(cell: Any, dials: Any) -> None:
    """Go over to a phase that is clearly likelier; give up after a sustained lack of a likely one."""
    belief = cell["belief"]
    best = 0 if belief[0] > belief[1] else 1
    rest = 2 if belief[2] > belief[3] else 3
    if belief[rest] > belief[best]:
        best = rest
    phase = cell["phase"]
    held = belief[phase] if phase < STATES else 0.0
    cell["doubt"] = cell["doubt"] + 1 if belief[best] < dials["doubt"] else 0
    if belief[best] > held + dials["margin"]:
        _change(cell, best)
    elif cell["doubt"] >= dials["patience"] and phase != UNCERTAIN:
        _change(cell, UNCERTAIN)
    elif best == phase:
        for state in range(STATES):
            cell["confirmed"][state] = belief[state]


@njit(cache=True, error_model="numpy")
def _change(cell: Any, phase: int) -> None:
    cell["before"] = cell["phase"]
    cell["phase"] = phase
    cell["fired"] = True
