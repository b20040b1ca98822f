"""What a forecast's edge may depend on: axes, each a set of levels that share one spread.

An outcome's edge is the sum of the effects of its seven levels, one an axis. Effects stand in one
vector: the topic's own level first, then the contexts, last the coins.
"""

from __future__ import annotations

import numpy as np

from trimtab.context.accuracy_beliefs import Integers
from trimtab.domain.market_context import PHASES, VOLATILITY_REGIMES

TOPIC = 0
REGIME = 1
PHASE = REGIME + len(VOLATILITY_REGIMES)
CALM = PHASE + len(PHASES)
TREND = CALM + 4
SIZE = TREND + 3
COIN = SIZE + 3
"""Where each axis begins in the vector of effects."""

AXES = 7
"""Topic, volatility regime, phase, calm, trend, size, coin."""

CONTEXT_AXES = (TOPIC, REGIME, PHASE, CALM, TREND, SIZE)


def axis_of_effects(coins: int) -> Integers:
    """For every effect the number of its axis."""
    ends = (*CONTEXT_AXES[1:], COIN, COIN + coins)
    widths = [end - begin for begin, end in zip((*CONTEXT_AXES, COIN), ends, strict=True)]
    return np.repeat(np.arange(AXES, dtype=np.int64), widths)


def places_joined(places: list[int]) -> list[int]:
    """Effects for another tuple of coins: the former place of each effect, -1 for a new one."""
    return [*range(COIN), *(COIN + place if place >= 0 else -1 for place in places)]
