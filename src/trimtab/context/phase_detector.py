"""Phase: what kind of market a coin is in, by a filter over four states of fixed meaning.

Each state is a Student-t law of the hourly move, in units of the coin's usual one: bull drifts up,
bear down, sideways is narrow, volatile is wide. The states are never fitted, so their names cannot
wander. The filter is the forward recursion of a sticky hidden Markov model (Rabiner 1989).
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
    check,
    dials_of,
    fresh_cells,
    gain,
    rejoined,
    rows_in,
)
from trimtab.domain.event_types import MarketRegimeChange
from trimtab.domain.market_context import PHASES, Phase, PhaseProbabilities
from trimtab.domain.observations import CLOSE, Bars
from trimtab.domain.units import HOUR, MARKET, Coin, Micros

READINGS = ("phase", "p_bull", "p_bear", "p_sideways", "p_volatile")
STATES = 4
UNCERTAIN, UNKNOWN = 4, 5


class PhaseParameters(Struct, frozen=True):
    """The four laws in units of the usual move; spans and half-lives in hours."""

    drift: float = 0.15
    """Mean hourly move of bull; bear's is its mirror image."""
    bull: float = 0.8
    bear: float = 0.9
    sideways: float = 0.5
    volatile: float = 1.6
    """Widths."""
    unit: float = 1.4
    """Standard deviation over mean absolute move, for moves with fat tails."""
    stay: float = 0.99
    """Chance that a state lasts another hour."""
    base_halflife: float = 1500.0
    trend_halflife: float = 24.0
    commit: float = 0.6
    """Belief at which a phase may be committed to,"""
    hold: float = 2.0
    """after as many hours of it."""
    patience: float = 24.0
    """Hours without such a belief in any phase, after which the detector is uncertain."""
    gap: float = 6.0
    """Hours without a bar, after which it is uncertain."""
    warm_up: float = 72.0

    def dials(self, interval: Micros) -> Dials:
        """In steps: bars shorter than an hour are taken together by the hour."""
        pace = max(1, HOUR // interval)
        step = Micros(pace * interval)
        hours = step / HOUR
        return dials_of(
            pace=pace,
            drift=self.drift * sqrt(hours),
            bull=1.0 / self.bull,
            bear=1.0 / self.bear,
            sideways=1.0 / self.sideways,
            volatile=1.0 / self.volatile,
            unit=self.unit,
            stay=self.stay**hours,
            base=gain(self.base_halflife, step),
            trend=gain(self.trend_halflife, step),
            commit=self.commit,
            hold=rows_in(self.hold, step),
            patience=rows_in(self.patience, step),
            gap=rows_in(self.gap, step),
            warm_up=rows_in(self.warm_up, step),
        )


CELL = np.dtype([
    ("close", "f8"), ("path", "f8"), ("rows", "i8"), ("moves", "i8"),
    ("base", "f8"), ("steps", "i8"), ("silent", "i8"), ("move", "f8"),
    ("trend", "f8"), ("width", "f8"),
    ("belief", "f8", (STATES,)), ("confirmed", "f8", (STATES,)),
    ("candidate", "i8"), ("streak", "i8"), ("doubt", "i8"),
    ("phase", "i8"), ("before", "i8"), ("fired", "?"),
])  # fmt: skip
"""`confirmed`: the belief at the last step that spoke for the phase of that time."""


@njit(cache=True)
def _run(cells: Cells, bars: Bars, start: int, limit: int, dials: Dials) -> tuple[Cells, int, bool]:
    """Consume rows until a phase changes: the cells after them, the row to go on from, changed?"""
    after = cells.copy()
    row = start
    fired = False
    while row < limit and not fired:
        fired = _see_row(after, bars, row, dials[0])
        row += 1
    return after, row, fired


@njit(cache=True)
def _record(cells: Cells, bars: Bars, dials: Dials, readings: NDArray[np.float64]) -> Cells:
    """Consume all rows and note every cell's readings after each."""
    after = cells.copy()
    for row in range(len(bars)):
        _see_row(after, bars, row, dials[0])
        for place in range(len(after)):
            readings[row, place, 0] = after[place]["phase"]
            for state in range(STATES):
                readings[row, place, 1 + state] = after[place]["belief"][state]
    return after


@njit(cache=True)
def _see_row(cells: Cells, bars: Bars, row: int, dials: Any) -> bool:
    fired = False
    total = 0.0
    moved = 0
    coins = len(cells) - 1
    for coin in range(coins):
        move = _move(cells[coin], bars[row, CLOSE, coin])
        fired |= _see(cells[coin], move, dials)
        if move == move:
            total += move
            moved += 1
    fired |= _see(cells[coins], total / moved if moved > 0 else nan, dials)
    return fired


@njit(cache=True)
def _move(cell: Any, close: float) -> float:
    if not 0.0 < close < 1e300:
        return nan
    move = log(close / cell["close"]) if cell["close"] > 0.0 else nan
    cell["close"] = close
    return move


@njit(cache=True)
def _see(cell: Any, move: float, dials: Any) -> bool:
    """Gather moves until a step is complete."""
    cell["fired"] = False
    cell["rows"] += 1
    if move == move:
        cell["path"] += move
        cell["moves"] += 1
    if cell["rows"] < dials["pace"]:
        return False
    if cell["moves"] > 0:
        _take_step(cell, cell["path"], dials)
    else:
        _miss_step(cell, dials)
    cell["path"] = 0.0
    cell["rows"] = 0
    cell["moves"] = 0
    return bool(cell["fired"])


@njit(cache=True)
def _miss_step(cell: Any, dials: Any) -> None:
    """Without data the belief drifts towards not knowing."""
    cell["silent"] += 1
    leave = (1.0 - dials["stay"]) / (STATES - 1)
    for state in range(STATES):
        cell["belief"][state] = cell["belief"][state] * (dials["stay"] - leave) + leave
    if cell["silent"] == dials["gap"] and cell["phase"] != UNKNOWN:
        cell["streak"] = 0
        _change(cell, UNCERTAIN)


@njit(cache=True)
def _take_step(cell: Any, path: float, dials: Any) -> None:
    silent = cell["silent"]
    cell["silent"] = 0
    if silent >= dials["gap"]:  # the move across a long gap tells nothing
        return
    move = path / sqrt(silent + 1.0) if silent > 0 else path
    cell["steps"] += 1
    warm = cell["steps"] > dials["warm_up"] and cell["base"] > 0.0
    if warm:
        cell["move"] = move / (dials["unit"] * cell["base"])
        cell["trend"] += dials["trend"] * (cell["move"] - cell["trend"])
        cell["width"] += dials["trend"] * (abs(cell["move"]) - cell["width"])
        _believe(cell["belief"], cell["move"], dials)
    weight = dials["base"] if cell["steps"] * dials["base"] > 1.0 else 1.0 / cell["steps"]
    cell["base"] += weight * (abs(move) - cell["base"])
    if warm:
        _decide(cell, dials)


@njit(cache=True)
def _believe(belief: Any, x: float, dials: Any) -> None:
    """One step of the forward filter: what may have changed, times what the move says."""
    leave = (1.0 - dials["stay"]) / (STATES - 1)
    keep = dials["stay"] - leave
    bull = (belief[0] * keep + leave) * _density(x - dials["drift"], dials["bull"])
    bear = (belief[1] * keep + leave) * _density(x + dials["drift"], dials["bear"])
    sideways = (belief[2] * keep + leave) * _density(x, dials["sideways"])
    volatile = (belief[3] * keep + leave) * _density(x, dials["volatile"])
    share = 1.0 / (bull + bear + sideways + volatile)
    belief[0] = bull * share
    belief[1] = bear * share
    belief[2] = sideways * share
    belief[3] = volatile * share


@njit(cache=True)
def _density(distance: float, inverse_width: float) -> float:
    """Student's t with 5 degrees of freedom, up to a factor: its exponent is 3, so no power."""
    u = distance * inverse_width
    q = 1.0 + 0.2 * u * u
    return inverse_width / (q * q * q) + 1e-300


@njit(cache=True)
def _decide(cell: Any, dials: Any) -> None:
    """Commit to a phase only after a sustained belief; give it up after a sustained lack of one."""
    best = 0
    for state in range(1, STATES):
        if cell["belief"][state] > cell["belief"][best]:
            best = state
    sure = cell["belief"][best] >= dials["commit"]
    cell["doubt"] = 0 if sure else cell["doubt"] + 1
    cell["streak"] = cell["streak"] + 1 if sure and best == cell["candidate"] else int(sure)
    cell["candidate"] = best
    if cell["streak"] >= dials["hold"] and best != cell["phase"]:
        _change(cell, best)
    elif cell["doubt"] == dials["patience"] and cell["phase"] != UNCERTAIN:
        _change(cell, UNCERTAIN)
    elif sure and best == cell["phase"]:
        for state in range(STATES):
            cell["confirmed"][state] = cell["belief"][state]


@njit(cache=True)
def _change(cell: Any, phase: int) -> None:
    cell["before"] = cell["phase"]
    cell["phase"] = phase
    cell["fired"] = True


class PhaseReading(Struct, frozen=True):
    """What the detector believes of one coin."""

    coin: Coin
    phase: Phase
    confidence: float
    """Belief in the phase; 0.0 while uncertain or unknown. Not calibrated."""
    probabilities: PhaseProbabilities


class PhaseDetector(Struct, frozen=True, eq=False):
    """The phase of every coin and, as one more cell, of the market: the mean of the moves."""

    coins: tuple[Coin, ...]
    cells: Cells
    parameters: PhaseParameters
    dials: Dials
    fired: bool = False

    @classmethod
    def of(
        cls,
        coins: tuple[Coin, ...],
        interval: Micros,
        parameters: PhaseParameters = PhaseParameters(),
    ) -> Self:
        """A detector that has seen nothing, for bars of this length."""
        return cls(coins, _fresh(coins), parameters, parameters.dials(interval))

    def advance(self, bars: Bars, start: int, limit: int) -> tuple[Self, int]:
        """Consume rows until the phase of a coin or of the market changes."""
        check(bars, self.coins)
        cells, stop, fired = _run(self.cells, bars, start, limit, self.dials)
        return type(self)(self.coins, cells, self.parameters, self.dials, fired), stop

    def recorded(self, bars: Bars) -> tuple[Self, NDArray[np.float64]]:
        """Consume all rows; also readings[row, coin, reading], the market last."""
        check(bars, self.coins)
        readings = np.empty((len(bars), len(self.cells), len(READINGS)))
        cells = _record(self.cells, bars, self.dials, readings)
        return type(self)(self.coins, cells, self.parameters, self.dials), readings

    def joined(self, coins: tuple[Coin, ...]) -> Self:
        """For another set of coins: those that stay remember, new ones start afresh."""
        cells = rejoined(self.cells, self.coins, _fresh(coins), coins)
        return type(self)(coins, cells, self.parameters, self.dials)

    def readings(self) -> tuple[PhaseReading, ...]:
        """By coin, the market last."""
        return tuple(
            PhaseReading(coin, PHASES[cell["phase"]], _confidence(cell), _told(cell["belief"]))
            for coin, cell in zip((*self.coins, MARKET), self.cells, strict=True)
        )

    def events(self, at: Micros) -> tuple[MarketRegimeChange, ...]:
        """The phases that changed at the last row."""
        if not self.fired:
            return ()
        return tuple(
            _change_of(at, coin, cell)
            for coin, cell in zip((*self.coins, MARKET), self.cells, strict=True)
            if cell["fired"]
        )


def _fresh(coins: tuple[Coin, ...]) -> Cells:
    cells = fresh_cells(len(coins) + 1, CELL, phase=UNKNOWN, before=UNKNOWN)
    cells["belief"] = cells["confirmed"] = 1.0 / STATES
    return cells


def _confidence(cell: Any) -> float:
    return float(cell["belief"][cell["phase"]]) if cell["phase"] < STATES else 0.0


def _told(belief: NDArray[np.float64]) -> PhaseProbabilities:
    return PhaseProbabilities(*belief.tolist())


def _change_of(at: Micros, coin: Coin, cell: Any) -> MarketRegimeChange:
    evidence = {
        "last_move": float(cell["move"]),
        "mean_move": float(cell["trend"]),
        "mean_absolute_move": float(cell["width"]),
        "hours_without_bars": float(cell["silent"]),
    }
    return MarketRegimeChange(
        at,
        coin,
        PHASES[cell["before"]],
        PHASES[cell["phase"]],
        _confidence(cell),
        _told(cell["confirmed"]),
        _told(cell["belief"]),
        evidence,
    )
