"""Forecasts that wait for their outcome: a ring of bounded size, by topic, bar and coin."""

from __future__ import annotations

from math import isfinite, log

import numpy as np
from numba import njit

from trimtab.context.accuracy_beliefs import Floats, Integers, Records
from trimtab.context.accuracy_sums import taken
from trimtab.domain.records import layout
from trimtab.domain.units import NEVER

PENDING = layout([
    ("due", "i8"), ("forecast", "f8"), ("price", "f8"), ("sigma", "f8"),
    ("phase", "i8"), ("regime", "i8"),
])  # fmt: skip
"""due: NEVER where nothing waits. forecast: log return. price, sigma, phase, regime: at issue."""

_MARGIN = 2
"""A forecast issued inside a bar falls due inside another, and is settled when that one closes."""


def empty_ring(horizons: Integers, interval: int, coins: int) -> Records:
    """[topic, slot, coin] of PENDING, long enough for the longest horizon."""
    slots = -(-int(horizons.max(initial=0)) // interval) + _MARGIN
    ring = np.zeros((len(horizons), slots, coins), PENDING)
    ring["due"] = NEVER
    return ring


def ring_joined(ring: Records, places: list[int]) -> Records:
    """For another tuple of coins: the former place of each, -1 for a new one."""
    fresh = taken(ring, places, 2)
    fresh["due"][:, :, [place < 0 for place in places]] = NEVER
    return fresh


@njit(cache=True)
def as_log_returns(values: Floats, closes: Floats, kinds: Integers, returns: Floats) -> None:
    """Forecasts [topic, coin] as log returns from `closes`; NaN where there is none.

    `kinds` by topic: 1 a price, 0 a log return, -1 nothing that tells a direction.
    """
    for topic in range(len(kinds)):
        for coin in range(len(closes)):
            value = values[topic, coin]
            returns[topic, coin] = np.nan
            if kinds[topic] == 0 and isfinite(value):
                returns[topic, coin] = value
            elif kinds[topic] == 1 and 0.0 < value < np.inf and 0.0 < closes[coin] < np.inf:
                returns[topic, coin] = log(value / closes[coin])


@njit(cache=True)
def remember(
    ring: Records,
    at: int,
    interval: int,
    horizons: Integers,
    returns: Floats,
    closes: Floats,
    phase: int,
    regimes: Integers,
    regime_codes: int,
    sigmas: Floats,
    thresholds: Floats,
) -> int:
    """Write the forecasts that have a price into the ring; when the first of them is due.

    A forecast that is not above its topic's threshold is never traded: it is kept without a sigma,
    and so is not scored. Of several for a coin within one bar the latest wins. A slot comes round again after
    the longest horizon: what was not settled by then, because no bars came, is forgotten.
    """
    slot = (at // interval) % ring.shape[1]
    first = NEVER
    for coin in range(len(regimes)):
        if not 0 <= regimes[coin] < regime_codes:
            raise ValueError("regimes: a code is not one of VOLATILITY_REGIMES")
    for topic in range(len(horizons)):
        for coin in range(len(closes)):
            if isfinite(returns[topic, coin]) and 0.0 < closes[coin] < np.inf:
                entry = ring[topic, slot, coin]
                entry["due"] = at + horizons[topic]
                entry["forecast"] = returns[topic, coin]
                entry["price"] = closes[coin]
                large = abs(returns[topic, coin]) > thresholds[topic]
                entry["sigma"] = sigmas[coin] if large else np.nan
                entry["phase"] = phase
                entry["regime"] = regimes[coin]
                first = min(first, at + horizons[topic])
    return first
