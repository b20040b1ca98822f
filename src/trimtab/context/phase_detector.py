"""Phase: what kind of market a coin is in, by a filter over four states of fixed meaning.

Each state is a Student-t law of the hourly move, in units of the coin's usual one: bull drifts up,
bear down, sideways is narrow, volatile is wide. The states are never fitted, so their names cannot
wander. The filter is the forward recursion of a sticky hidden Markov model (Rabiner 1989).
"""

from __future__ import annotations

from math import sqrt
from typing import Any

from msgspec import Struct

from trimtab.context.cells import Dials, dials_of, gain, places, rows_in, told
from trimtab.context.dense_analyzer import DenseAnalyzer, Kernel
from trimtab.context.phase_kernel import CELL, READINGS, STATES, UNKNOWN, record, run
from trimtab.domain.event_types import MarketRegimeChange
from trimtab.domain.market_context import PHASES, Phase, PhaseProbabilities
from trimtab.domain.rounding import shortened
from trimtab.domain.units import HOUR, MARKET, Coin, Micros


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
    decide: float = 6.0
    """How often it may change its mind: on the same rows for all coins."""
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
        leave = (1.0 - self.stay**hours) / (STATES - 1)
        return dials_of(
            pace=pace,
            drift=self.drift * sqrt(hours),
            bull=1.0 / self.bull,
            bear=1.0 / self.bear,
            sideways=1.0 / self.sideways,
            volatile=1.0 / self.volatile,
            unit=self.unit,
            keep=self.stay**hours - leave,
            leave=leave,
            base=gain(self.base_halflife, step),
            trend=gain(self.trend_halflife, step),
            commit=self.commit,
            hold=rows_in(self.hold, step),
            decide=rows_in(self.decide, step),
            patience=rows_in(self.patience, step),
            gap=rows_in(self.gap, step),
            warm_up=rows_in(self.warm_up, step),
        )


class PhaseReading(Struct, frozen=True):
    """What the detector believes of one coin."""

    coin: Coin
    phase: Phase
    confidence: float
    """Belief in the phase; 0.0 while uncertain or unknown. Not calibrated."""
    probabilities: PhaseProbabilities


class PhaseDetector(DenseAnalyzer[PhaseParameters], frozen=True, eq=False):
    """The phase of every coin and, as one more cell, of the market: the mean of the moves.

    Stops when the phase of a coin or of the market changes.
    """

    kernel = Kernel(
        CELL,
        run,
        record,
        READINGS,
        {"phase": UNKNOWN, "before": UNKNOWN, "belief": 1.0 / STATES, "confirmed": 1.0 / STATES},
    )
    usual = PhaseParameters()

    def readings(self) -> tuple[PhaseReading, ...]:
        """By coin, the market last."""
        beliefs = told(self.cells, "phase", "belief")
        return tuple(
            PhaseReading(
                coin, PHASES[int(phase)], _confidence(phase, belief), PhaseProbabilities(*belief)
            )
            for coin, (phase, belief) in zip((*self.coins, MARKET), beliefs, strict=True)
        )

    def events(self, at: Micros) -> tuple[MarketRegimeChange, ...]:
        """The phases that changed at the last row."""
        if not self.fired:
            return ()
        symbols = (*self.coins, MARKET)
        return tuple(
            _change(at, symbols[place], self.cells[place]) for place in places(self.cells, "fired")
        )


def _confidence(phase: int, belief: list[float]) -> float:
    return belief[phase] if phase < STATES else 0.0


def _change(at: Micros, coin: Coin, cell: Any) -> MarketRegimeChange:
    phase: int = int(cell["phase"])
    belief: list[float] = cell["belief"].tolist()
    confirmed: list[float] = cell["confirmed"].tolist()
    evidence = {
        "last_move": shortened(cell["move"]),
        "mean_move": shortened(cell["trend"]),
        "mean_absolute_move": shortened(cell["width"]),
        "steps_without_bars": float(cell["silent"]),
    }
    return MarketRegimeChange(
        at,
        coin,
        PHASES[int(cell["before"])],
        PHASES[int(phase)],
        _confidence(phase, belief),
        PhaseProbabilities(*map(shortened, confirmed)),
        PhaseProbabilities(*map(shortened, belief)),
        evidence,
    )
