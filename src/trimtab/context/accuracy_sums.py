"""What the accuracy ledger has learnt: sums that fade, by topic, context and coin.

All sums are additive, so that a parent's evidence without its child's is a subtraction. Weights
grow by 2^(time / half-life) from an epoch instead of every sum decaying at every step; `rebased`
moves the epoch by whole half-lives, which only changes exponents: not a bit of a mean is lost.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.context.accuracy_beliefs import Records
from trimtab.domain.market_context import PHASES, VOLATILITY_REGIMES
from trimtab.domain.records import layout

_FADING = [("weight", "f8"), ("score", "f8"), ("sign", "f8"), ("cost", "f8")]
"""weight: independent outcomes; a forecast that overlaps the one before it counts only for the
share of its horizon that is new. score, sign, cost: weighted sums of the score, of +1 for a hit
and -1 for a miss, and of the round trip's cost; scores and costs in units of the horizon's
volatility."""

_COUNTS = [("count", "i8"), ("hits", "i8")]
"""Forecasts that moved at all, and how many of them went the right way; these never fade."""

CELL = layout([*_FADING, *_COUNTS])

CONTEXT = layout([("company", "f8"), *_FADING, *_COUNTS])
"""company: weighted sum of how many other coins were scored at the same time in this context."""

CROWD = layout([("square", "f8"), ("product", "f8"), ("pairs", "f8"), ("company", "f8")])
"""Weighted sums of squared scores, of products of two coins' scores at the same time, of the
number of such pairs, and of how many other coins were scored at the same time."""


class AccuracySums(Struct, frozen=True, eq=False):
    """The sums of every topic."""

    cells: Records
    """[topic, volatility regime, phase, coin] of CELL"""
    contexts: Records
    """[topic, volatility regime, phase] of CONTEXT: all coins, also those that have left."""
    crowds: Records
    """[topic] of CROWD"""
    scored: NDArray[np.int64]
    """[topic, coin]: when the last scored forecast had been issued; 0 is never."""

    @staticmethod
    def of(topics: int, coins: int) -> AccuracySums:
        """Nothing learnt yet."""
        contexts = (topics, len(VOLATILITY_REGIMES), len(PHASES))
        return AccuracySums(
            np.zeros((*contexts, coins), CELL),
            np.zeros(contexts, CONTEXT),
            np.zeros(topics, CROWD),
            np.zeros((topics, coins), np.int64),
        )

    def copy(self) -> AccuracySums:
        """The same sums in arrays that a kernel may write into."""
        return AccuracySums(
            copied(self.cells), copied(self.contexts), copied(self.crowds), self.scored.copy()
        )

    def rebased(self, halflives: int) -> AccuracySums:
        """The same evidence, its weights counted from an epoch that many half-lives later."""
        fresh = self.copy()
        for records in (fresh.cells, fresh.contexts, fresh.crowds):
            for name in records.dtype.names or ():
                if records.dtype[name].kind == "f":
                    records[name] *= 2.0**-halflives
        return fresh

    def of_directions(self) -> AccuracySums:
        """The same outcomes scored +1 for a hit and -1 for a miss: evidence about accuracy."""
        fresh = self.copy()
        fresh.cells["score"] = self.cells["sign"]
        fresh.contexts["score"] = self.contexts["sign"]
        weight = self.contexts["weight"].sum((1, 2))
        fresh.crowds["product"] *= weight / np.maximum(self.crowds["square"], 1e-300)
        fresh.crowds["square"] = weight
        return fresh

    def joined(self, places: list[int]) -> AccuracySums:
        """For another tuple of coins: the former place of each, -1 for a new one."""
        return AccuracySums(
            taken(self.cells, places, 3), self.contexts, self.crowds, taken(self.scored, places, 1)
        )


def copied(records: Records) -> Records:
    """A copy by bytes: several times faster than copying record by record."""
    return np.ndarray(records.shape, records.dtype, bytearray(records.tobytes()))


def taken(records: Records, places: list[int], axis: int) -> Records:
    """Another choice along an axis; place -1 gives zeros."""
    shape = list(records.shape)
    shape[axis] = 1
    return np.concatenate([records, np.zeros(shape, records.dtype)], axis).take(places, axis)
