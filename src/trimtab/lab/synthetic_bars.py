"""The kernel of the synthetic market: from noise to bars, row by row.

A coin's return in a row is ``sigma (load e + sqrt(1 - load^2) e_own + trend)``: sigma and trend
belong to the regime, e is common to all coins, and each e is a GARCH(1, 1) of unit variance
(Bollerslev 1986). The bar's high and low follow the exact law of a Brownian bridge's maximum
between open and close: ``(c + sqrt(c^2 - 2 v ln u)) / 2`` for move c, variance v, uniform u.
"""

from __future__ import annotations

from math import log, sqrt
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Cells = NDArray[Any]

COIN = np.dtype([
    ("volatility", "f8"), ("loading", "f8"), ("volume", "f8"), ("ticks", "f8"),
    ("close", "f8"), ("variance", "f8"), ("activity", "f8"),
])  # fmt: skip
"""A coin's constants, in units of the bar, and its state; `ticks` is ticks per unit of price."""


class Weather(NamedTuple):
    """What rules each row."""

    sigma: Floats
    """float64[rows]: multiple of a coin's volatility."""
    trend: Floats
    """float64[rows]: drift in units of sigma."""
    together: Floats
    """float64[rows]: multiple of a coin's loading on the common factor."""
    business: Floats
    """float64[rows]: multiple of a coin's volume."""


class Noise(NamedTuple):
    """Independent draws. Shocks have unit variance, `extremes` are uniform, the rest normal."""

    common: Floats
    """float64[rows]."""
    own: Floats
    """float64[rows, coins], as are `gaps` and `activity`."""
    extremes: Floats
    """float64[rows, 2, coins] in (0, 1]."""
    gaps: Floats
    activity: Floats


class Habits(NamedTuple):
    """Constants of the whole market."""

    base: float = 0.05
    reaction: float = 0.08
    memory: float = 0.87
    """GARCH(1, 1); base = 1 - reaction - memory gives unit variance."""
    gap: float = 0.02
    """Standard deviation between a close and the next open, in units of sigma."""
    activity_memory: float = 0.9


@njit(cache=True)
def write_bars(weather: Weather, noise: Noise, habits: Habits, coins: Cells, bars: Floats) -> None:
    """Fill ``bars[row, field, coin]``; `coins` are records of `COIN` and end as the last state."""
    variance = 1.0
    for row in range(len(bars)):
        shock = sqrt(variance) * noise.common[row]
        for index in range(len(coins)):
            coin = coins[index]
            load = coin["loading"] * weather.together[row]
            sigma = coin["volatility"] * weather.sigma[row]
            own = sqrt(coin["variance"]) * noise.own[row, index]
            move = load * shock + sqrt(1.0 - load * load) * own + weather.trend[row]
            spread = load * load * variance + (1.0 - load * load) * coin["variance"]
            bar = bars[row, :, index]
            bar[0] = coin["close"] * np.exp(habits.gap * sigma * noise.gaps[row, index])
            _prices(bar, sigma * move, sigma * sigma * spread, noise.extremes[row, :, index])
            _round(bar, coin)
            bar[4] = _volume(coin, abs(move), noise.activity[row, index], habits)
            bar[4] *= weather.sigma[row] * weather.business[row] / bar[3]
            coin["variance"] = _next_variance(coin["variance"], own, habits)
        variance = _next_variance(variance, shock, habits)


@njit(cache=True)
def _next_variance(variance: float, shock: float, habits: Habits) -> float:
    return habits.base + habits.reaction * shock * shock + habits.memory * variance


@njit(cache=True)
def _prices(bar: Floats, move: float, variance: float, uniforms: Floats) -> None:
    """Close, high and low from the open."""
    up = 0.5 * (move + sqrt(move * move - 2.0 * variance * log(uniforms[0])))
    down = 0.5 * (move - sqrt(move * move - 2.0 * variance * log(uniforms[1])))
    bar[1], bar[2], bar[3] = bar[0] * np.exp(up), bar[0] * np.exp(down), bar[0] * np.exp(move)


@njit(cache=True)
def _round(bar: Floats, coin: Any) -> None:
    """To whole ticks, never below one; rounding keeps the order of high, low, open and close."""
    for field in range(4):
        bar[field] = max(np.rint(bar[field] * coin["ticks"]), 1.0) / coin["ticks"]
    coin["close"] = bar[3]


@njit(cache=True)
def _volume(coin: Any, move: float, normal: float, habits: Habits) -> float:
    """Traded notional: more when prices move (Karpoff 1987), in waves that last some bars."""
    memory = habits.activity_memory
    coin["activity"] = memory * coin["activity"] + sqrt(1.0 - memory * memory) * normal
    return float(coin["volume"] * np.exp(0.4 * coin["activity"]) * (0.4 + 0.8 * move))
