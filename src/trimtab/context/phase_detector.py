"""Phase: what kind of market a coin is in, by a filter over four states of fixed meaning.

Bull drifts up, bear down, sideways is narrow, volatile is wide. The states are never fitted to a
coin, so their names cannot wander. In each, moves have fat tails and volatility clusters; a spell
lasts as long as the sum of two exponential times. The filter is the forward recursion of such a
hidden semi-Markov model (Rabiner 1989), with the clustered variance carried along for each state
(Gray 1996); whether a coin's trends are weak or strong is learnt from its moves.
"""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.context import phase_table as learnt
from trimtab.context.cells import Dials, gain, places, rows_in, told
from trimtab.context.dense_analyzer import DenseAnalyzer, Kernel
from trimtab.context.phase_confidence import confidence, confidences
from trimtab.context.phase_kernel import CELL, DIALS, READINGS, STATES, UNKNOWN, record, run
from trimtab.domain.event_types import MarketRegimeChange
from trimtab.domain.market_context import PHASES, Phase, PhaseProbabilities
from trimtab.domain.rounding import shortened
from trimtab.domain.units import HOUR, MARKET, Coin, Micros

DIRECTIONS: NDArray[np.float64] = np.array([1.0, -1.0, 0.0, 0.0])
"""Of the states: bull, bear, sideways, volatile."""


class PhaseParameters(Struct, frozen=True):
    """The laws of the four states; spans and half-lives in hours. Defaults are what was learnt."""

    weak: float = learnt.WEAK
    """Mean hourly move of bull in units of its width, if this coin's trends are weak"""
    strong: float = learnt.STRONG
    """and if they are strong; bear's point down."""
    forget: float = 3e-4
    """How fast it is forgotten which of the two: share in an hour."""
    bear: float = learnt.BEAR
    """Widths, in units of bull's."""
    sideways: float = learnt.SIDEWAYS
    volatile: float = learnt.VOLATILE
    unit: float = learnt.UNIT
    """Bull's width in units of the usual move."""
    reaction: float = learnt.REACTION
    """How volatility clusters: GARCH(1, 1), of mean 1."""
    memory: float = learnt.MEMORY
    spell: float = learnt.SPELL
    """Mean length of a phase."""
    base_halflife: float = 1500.0
    """Of the usual move: the mean absolute one."""
    trend_halflife: float = 24.0
    """Of what is told as evidence."""
    margin: float = learnt.MARGIN
    """By so much a phase must be likelier than the one that is held."""
    decide: float = 2.0
    """How often it may change its mind: on the same rows for all coins."""
    doubt: float = 0.45
    """A belief in no phase above this one"""
    patience: float = 24.0
    """for so many hours makes the detector uncertain."""
    gap: float = 6.0
    """Hours without a bar, after which it is uncertain."""
    warm_up: float = 48.0

    def dials(self, interval: Micros) -> Dials:
        """In steps: bars shorter than an hour are taken together by the hour."""
        pace = max(1, HOUR // interval)
        step = Micros(pace * interval)
        hours = step / HOUR
        memory = max(0.0, (self.reaction + self.memory) ** hours - self.reaction)
        dials = np.zeros(1, DIALS)
        dials["pace"] = pace
        dials["inverse_width"] = 1.0, 1.0 / self.bear, 1.0 / self.sideways, 1.0 / self.volatile
        dials["weak"] = self.weak * sqrt(hours) * DIRECTIONS
        dials["strong"] = self.strong * sqrt(hours) * DIRECTIONS
        dials["forget"] = 1.0 - (1.0 - self.forget) ** hours
        dials["unit"] = self.unit
        dials["ending"] = 1.0 - (1.0 - self._ending()) ** hours
        dials["calm"] = 1.0 - self.reaction - memory
        dials["reaction"] = self.reaction
        dials["memory"] = memory
        dials["base"] = gain(self.base_halflife, step)
        dials["trend"] = gain(self.trend_halflife, step)
        dials["margin"] = self.margin
        dials["doubt"] = self.doubt
        dials["decide"] = rows_in(self.decide, step)
        dials["patience"] = rows_in(self.patience, step)
        dials["gap"] = rows_in(self.gap, step)
        dials["warm_up"] = rows_in(self.warm_up, step)
        return dials

    def _ending(self) -> float:
        """Chance that a stage ends in an hour: two make up a spell, and one in four goes on."""
        return 2.0 / (self.spell * (STATES - 1) / STATES)


class PhaseReading(Struct, frozen=True):
    """What the detector believes of one coin."""

    coin: Coin
    phase: Phase
    confidence: float
    """How often such a belief is right; 0.0 while uncertain or unknown."""
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
        {
            "phase": UNKNOWN,
            "before": UNKNOWN,
            "early": 0.5 / STATES,
            "late": 0.5 / STATES,
            "heat": 1.0,
            "strong": 0.5,
            "belief": 1.0 / STATES,
            "confirmed": 1.0 / STATES,
        },
    )
    usual = PhaseParameters()

    def readings(self) -> tuple[PhaseReading, ...]:
        """By coin, the market last."""
        cells = self.cells
        sure = confidences(cells["phase"], cells["belief"]).tolist()
        beliefs = told(cells, "phase", "belief")
        return tuple(
            PhaseReading(coin, PHASES[int(phase)], trusted, PhaseProbabilities(*belief))
            for coin, trusted, (phase, belief) in zip(
                (*self.coins, MARKET), sure, beliefs, strict=True
            )
        )

    def events(self, at: Micros) -> tuple[MarketRegimeChange, ...]:
        """The phases that changed at the last row."""
        if not self.fired:
            return ()
        symbols = (*self.coins, MARKET)
        return tuple(
            _change(at, symbols[place], self.cells[place]) for place in places(self.cells, "fired")
        )


def _change(at: Micros, coin: Coin, cell: Any) -> MarketRegimeChange:
    phase = int(cell["phase"])
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
        PHASES[phase],
        confidence(phase, belief),
        PhaseProbabilities(*map(shortened, confirmed)),
        PhaseProbabilities(*map(shortened, belief)),
        evidence,
    )
