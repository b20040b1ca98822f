"""What forecasts may come to be worth while the market stays in a phase, if all else turns out well.

The phase is one of the things that an edge depends on. The others, volatility, calm, trend and the
forecast's size, come and go within it: who is worth nothing now may be worth its costs in an hour.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from msgspec.structs import replace

from trimtab.context.accuracy_beliefs import Floats, copied
from trimtab.context.accuracy_surroundings import CALM, FLAT, STRONG, USUAL, WILD, Surroundings
from trimtab.context.accuracy_tracker import AccuracyTracker, Weighed
from trimtab.domain.market_context import VOLATILITY_REGIMES

_LARGE = 2
"""By how many times the usual size a large forecast is larger than that."""

_REGIMES = [code for code, name in enumerate(VOLATILITY_REGIMES) if name != "unknown"]


def prospects(ledger: AccuracyTracker, phase: int, sigmas: Floats) -> Weighed:
    """The most that `AccuracyTracker.preview` can say in this phase, each pair in its best context."""
    returns, probability, net_edge = ledger.preview(
        phase, np.full(len(ledger.coins), _REGIMES[0]), sigmas
    )
    for calm, trend in product((CALM, USUAL, WILD), (FLAT, STRONG)):
        there = replace(ledger, surroundings=_placed(ledger.surroundings, calm, trend))
        for regime, larger in product(_REGIMES, (0, _LARGE)):
            seen = there.preview(phase, np.full(len(ledger.coins), regime), sigmas, larger)
            better = seen.probability > probability
            probability = np.where(better, seen.probability, probability)
            net_edge = np.where(better, seen.net_edge, net_edge)
    return Weighed(returns, probability, net_edge)


def _placed(surroundings: Surroundings, calm: int, trend: int) -> Surroundings:
    coins, market = copied(surroundings.coins), copied(surroundings.market)
    coins["calm"], market["trend"] = calm, trend
    return replace(surroundings, coins=coins, market=market)
