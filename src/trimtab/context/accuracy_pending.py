"""Forecasts that wait for their outcome: a ring of bounded size, by topic, bar and coin."""

from __future__ import annotations

from math import isfinite, log
from typing import NamedTuple

import numpy as np
from numba import njit

from trimtab.context.accuracy_beliefs import Floats, Integers, Records, taken
from trimtab.domain.configuration import PredictionKind
from trimtab.domain.records import layout
from trimtab.domain.units import NEVER

PENDING = layout([
    ("due", "i8"), ("forecast", "f8"), ("phase", "i8"), ("regime", "i8"),
    ("issued", "i8"), ("price", "f8"), ("sigma", "f8"),
    ("calm", "i8"), ("trend", "i8"), ("size", "i8"), ("lower", "f8"), ("upper", "f8"),
])  # fmt: skip
"""due: NEVER where nothing waits; issued stays until the next one. forecast, lower, upper: log returns (a volatility or a
probability as it came). The rest as known at issue."""

LOG_RETURN, PRICE, VOLATILITY, CLASSIFICATION = range(4)
KINDS: dict[PredictionKind, int] = {
    "log_return": LOG_RETURN, "price": PRICE,
    "volatility": VOLATILITY, "classification": CLASSIFICATION,
}  # fmt: skip

_MARGIN = 2
"""A forecast issued inside a bar falls due inside another, and is settled when that one closes."""


class Issue(NamedTuple):
    """The moment of issue; handed to the kernel as a plain tuple, which takes a tenth of the time."""

    at: int
    interval: int
    phase: int
    trend: int
    regime_codes: int


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


@njit(cache=True, error_model="numpy")
def as_log_returns(values: Floats, closes: Floats, kinds: Integers, returns: Floats) -> None:
    """Forecasts [topic, coin] as log returns from `closes`; NaN where there is none.

    Kinds that tell no direction give NaN.
    """
    for topic in range(len(kinds)):
        for coin in range(len(closes)):
            value = values[topic, coin]
            returns[topic, coin] = np.nan
            if kinds[topic] == LOG_RETURN and isfinite(value):
                returns[topic, coin] = value
            elif kinds[topic] == PRICE and 0.0 < value < np.inf and 0.0 < closes[coin] < np.inf:
                ratio = value / closes[coin]
                if 0.0 < ratio < np.inf:
                    returns[topic, coin] = log(ratio)


@njit(cache=True, error_model="numpy")
def undirected(values: Floats, kinds: Integers, forecasts: Floats) -> None:
    """Write what topics without a direction say into `forecasts`, where it is possible at all.

    A volatility is positive, a probability of a rise lies between 0 and 1.
    """
    for topic in range(len(kinds)):
        for coin in range(values.shape[1]):
            value = values[topic, coin]
            volatility = kinds[topic] == VOLATILITY and 0.0 < value < np.inf
            probability = kinds[topic] == CLASSIFICATION and 0.0 <= value <= 1.0
            if volatility or probability:
                forecasts[topic, coin] = value


@njit(cache=True, error_model="numpy")
def remember(
    ring: Records,
    issue: tuple[int, int, int, int, int],
    horizons: Integers,
    forecasts: Floats,
    bounds: Floats,
    closes: Floats,
    regimes: Integers,
    calms: Integers,
    sizes: Integers,
    sigmas: Floats,
) -> int:
    """Write the forecasts that have a price into the ring; when the first of them is due.

    `issue`: an Issue as a plain tuple. `bounds` [lower or upper, topic, coin]. Of several for a coin within one bar the latest wins. A
    slot comes round again after the longest horizon: what was not settled by then, because no bars
    came, is forgotten.
    """
    now = Issue(*issue)
    slot = (now.at // now.interval) % ring.shape[1]
    first = NEVER
    for coin in range(len(regimes)):
        if not 0 <= regimes[coin] < now.regime_codes:
            raise ValueError("regimes: a code is not one of VOLATILITY_REGIMES")
    for topic in range(len(horizons)):
        for coin in range(len(closes)):
            if isfinite(forecasts[topic, coin]) and 0.0 < closes[coin] < np.inf:
                entry = ring[topic, slot, coin]
                entry["due"] = now.at + horizons[topic]
                entry["issued"] = now.at
                entry["forecast"] = forecasts[topic, coin]
                entry["lower"] = bounds[0, topic, coin]
                entry["upper"] = bounds[1, topic, coin]
                entry["price"] = closes[coin]
                entry["sigma"] = sigmas[coin]
                entry["phase"] = now.phase
                entry["regime"] = regimes[coin]
                entry["calm"] = calms[coin]
                entry["trend"] = now.trend
                entry["size"] = sizes[topic, coin]
                first = min(first, now.at + horizons[topic])
    return first
