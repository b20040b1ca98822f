"""What the accuracy ledger has seen: counts by context and coin, and sums that fade.

The sums are the normal equations of a regression of scores on the axes of `accuracy_axes`, by
topic. Every horizon a topic's beliefs are renewed from them, and they fade by the time since.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from trimtab.context.accuracy_axes import COIN, places_joined
from trimtab.context.accuracy_beliefs import Floats, Integers, Records, copied, taken
from trimtab.domain.market_context import PHASES, VOLATILITY_REGIMES
from trimtab.domain.records import layout

CELL = layout([
    ("weight", "f8"), ("cost", "f8"), ("company", "f8"),
    ("count", "i8"), ("hits", "i8"), ("outcomes", "i8"), ("intervals", "i8"), ("inside", "i8"),
    ("signed", "f8"), ("magnitude", "f8"),
    ("forecast", "f8"), ("realised", "f8"), ("forecast2", "f8"), ("realised2", "f8"),
    ("product", "f8"),
    ("loss", "f8"), ("reference", "f8"),
])  # fmt: skip
"""weight: independent outcomes; a forecast that overlaps the one before it counts only for the
share of its horizon that is new. cost, company: sums over weights of the round trip's cost and of
how many other coins were scored at the same time. These three fade, the others never do.

count, hits: forecasts that moved, and those that went the right way. outcomes: all that were
scored. intervals, inside: forecasts with bounds, and outcomes within. signed, magnitude: sums of
scores and of their absolute values, which are clipped at 4. forecast to product: sums, squares and
products of forecasts and outcomes. All these in units of the horizon's volatility. loss, reference:
of volatilities and probabilities, see `accuracy_settlement`."""

NOISE = layout([
    ("own", "f8"), ("own_weight", "f8"), ("all", "f8"), ("gap", "f8"), ("batches", "f8"),
    ("begun", "i8"), ("block", "f8"), ("gap_block", "f8"), ("block_batches", "f8"),
    ("closed", "i8"), ("last", "f8"), ("gap_last", "f8"), ("last_batches", "f8"),
    ("gap_score", "f8"), ("gap_weight", "f8"),
    ("recent_at", "i8"), ("recent", "f8"), ("recent_weight", "f8"), ("recent_square", "f8"),
])  # fmt: skip
"""own, all, gap: half the squared differences between sums over successive blocks of nine horizons,
of a coin's residuals, of all coins' together, and of what hits do not tell; own_weight, batches:
weights of outcomes and of moments. begun, block...: the running block. closed, last...: how many
came before, and the last of them. gap_score, gap_weight: what hits do not tell, fading. recent...: residuals of the last weeks."""


class AccuracySums(Struct, frozen=True, eq=False):
    """The sums of every topic."""

    cells: Records
    """[topic, volatility regime, phase, coin] of CELL; the last coin is all of them together,
    also those that have left."""
    squares: Floats
    """[topic, 2, effect, effect]: of the levels of every outcome; of their sums over the coins of
    a moment, by the number of coins."""
    totals: Floats
    """[topic, 2, effect]: of scores, in the same two ways."""
    noise: Records
    """[topic] of NOISE"""
    blocks: Floats
    """[topic, coin, 4]: residuals and weights of the running block, and of the one before."""
    magnitudes: Floats
    """[topic, volatility regime, 2]: mean absolute score, and of how many."""
    scored: Integers
    """[topic, coin]: when the last scored forecast had been issued; 0 is never."""

    @staticmethod
    def of(topics: int, coins: int) -> AccuracySums:
        """Nothing seen yet."""
        effects = COIN + coins
        magnitudes = np.empty((topics, len(VOLATILITY_REGIMES), 2))
        magnitudes[..., 0], magnitudes[..., 1] = _USUAL_MAGNITUDE, _USUAL_COUNT
        return AccuracySums(
            np.zeros((topics, len(VOLATILITY_REGIMES), len(PHASES), coins + 1), CELL),
            np.zeros((topics, 2, effects, effects)),
            np.zeros((topics, 2, effects)),
            np.zeros(topics, NOISE),
            np.zeros((topics, coins, 4)),
            magnitudes,
            np.zeros((topics, coins), np.int64),
        )

    def copy(self) -> AccuracySums:
        """The same sums in arrays that a kernel may write into."""
        return AccuracySums(
            copied(self.cells), self.squares.copy(), self.totals.copy(), copied(self.noise),
            self.blocks.copy(), self.magnitudes.copy(), self.scored.copy(),
        )  # fmt: skip

    def joined(self, places: list[int]) -> AccuracySums:
        """For another tuple of coins: the former place of each, -1 for a new one."""
        effects = places_joined(places)
        return AccuracySums(
            taken(self.cells, [*places, self.cells.shape[3] - 1], 3),
            taken(taken(self.squares, effects, 2), effects, 3),
            taken(self.totals, effects, 2),
            self.noise,
            taken(self.blocks, places, 1),
            self.magnitudes,
            taken(self.scored, places, 1),
        )


_USUAL_MAGNITUDE, _USUAL_COUNT = 0.72, 50.0
"""Mean |z| of moves in units of a volatility that clusters, and how firmly it is assumed."""
