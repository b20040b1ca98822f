"""What surrounds a forecast besides phase and volatility regime: calm, trend and size.

*Calm* places a coin's volatility among its own last months; *trend* asks how far the market has
gone within a week, measured by what it would go by chance; *size* compares a forecast with its
topic's usual one. All are learnt from what comes with the forecasts, and only from the past.
"""

from __future__ import annotations

from math import exp2, isfinite, log, sqrt
from typing import Any

import numpy as np
from msgspec import Struct
from numba import njit

from trimtab.context.accuracy_beliefs import Floats, Integers, Records, copied, taken
from trimtab.domain.records import layout
from trimtab.domain.units import DAY, HOUR

CALM, USUAL, WILD, CALM_UNKNOWN = range(4)
FLAT, STRONG, TREND_UNKNOWN = range(3)

COIN_SEEN = layout([
    ("close", "f8"), ("mean", "f8"), ("variance", "f8"), ("begun", "i8"), ("at", "i8"),
    ("calm", "i8"),
])  # fmt: skip
"""mean, variance: of the logarithm of the coin's volatility. begun, at: first and last sight."""

MARKET_SEEN = layout([
    ("index", "f8"), ("variance", "f8"), ("begun", "i8"), ("at", "i8"), ("trend", "i8"),
])  # fmt: skip
"""index: sum of mean log returns. variance: of one hour's. trend: the code."""

HOUR_SEEN = layout([("hour", "i8"), ("index", "f8")])

WEEK, SEARCH = 168, 24
"""Hours back to compare with, and how much further a missing hour may be looked for."""

_VOLATILITY_HALFLIFE = 45.0 * DAY
_MARKET_HALFLIFE = 30.0 * DAY
_SETTLED = 14 * DAY
"""A coin's calm is unknown until then."""
_THIRD, _HALF = 0.43, 0.67
"""Where thirds of a normal distribution part, and the median of its absolute value."""
_LEAST = 0.05**2
"""Of the variance of log volatility, where a record hardly moves."""


class Surroundings(Struct, frozen=True, eq=False):
    """What is remembered of coins and market, and how large each topic's forecasts are."""

    coins: Records
    """[coin] of COIN_SEEN"""
    market: Records
    """[1] of MARKET_SEEN"""
    hours: Records
    """[WEEK + SEARCH] of HOUR_SEEN"""
    sizes: Floats
    """[topic, 2]: mean absolute forecast in units of volatility, and of how many."""

    @staticmethod
    def of(topics: int, coins: int) -> Surroundings:
        """Nothing seen."""
        market, hours = np.zeros(1, MARKET_SEEN), np.zeros(WEEK + SEARCH, HOUR_SEEN)
        market["trend"], hours["hour"] = TREND_UNKNOWN, -1
        seen = np.zeros(coins, COIN_SEEN)
        seen["calm"] = CALM_UNKNOWN
        return Surroundings(seen, market, hours, np.zeros((topics, 2)))

    def seeing(self, at: int, closes: Floats, sigmas: Floats) -> Surroundings:
        """After a look at prices and volatilities; a second look at one moment changes nothing."""
        if at <= self.market[0]["at"]:
            return self
        fresh = Surroundings(
            copied(self.coins), copied(self.market), copied(self.hours), self.sizes
        )
        see(fresh.coins, fresh.market, fresh.hours, at, closes, sigmas)
        return fresh

    @property
    def trend(self) -> int:
        """Code of the market's trend."""
        return int(self.market[0]["trend"])

    @property
    def calms(self) -> Integers:
        """[coin]: codes."""
        return np.ascontiguousarray(self.coins["calm"])

    def joined(self, places: list[int]) -> Surroundings:
        """For another tuple of coins: the former place of each, -1 for a new one."""
        coins = taken(self.coins, places, 0)
        coins["calm"][[place < 0 for place in places]] = CALM_UNKNOWN
        return Surroundings(coins, self.market, self.hours, self.sizes)


@njit(cache=True, error_model="numpy")
def see(
    coins: Records, market: Records, hours: Records, at: int, closes: Floats, sigmas: Floats
) -> None:
    """Move on to `at`: the market's index and trend, and every coin's place among its past."""
    move = 0.0
    moved = 0
    for coin in range(len(coins)):
        seen = coins[coin]
        if 0.0 < closes[coin] < np.inf:
            ratio = closes[coin] / seen["close"] if seen["close"] > 0.0 else 0.0
            if 0.0 < ratio < np.inf:
                move += log(ratio)
                moved += 1
            seen["close"] = closes[coin]
        _place(seen, at, sigmas[coin])
    _follow(market[0], hours, at, move / moved if moved > 0 else 0.0)


@njit(cache=True, error_model="numpy")
def _place(seen: Any, at: int, sigma: float) -> None:
    seen["calm"] = CALM_UNKNOWN
    if not 0.0 < sigma < np.inf:
        return
    level = log(sigma)
    if seen["begun"] == 0:
        seen["begun"] = at
        seen["mean"] = level
    else:
        gain = 1.0 - exp2((seen["at"] - at) / _VOLATILITY_HALFLIFE)
        gain = max(gain, (at - seen["at"]) / (at - seen["begun"]))
        off = level - seen["mean"]
        seen["mean"] += gain * off
        seen["variance"] = (1.0 - gain) * (seen["variance"] + gain * off * off)
    seen["at"] = at
    if at - seen["begun"] >= _SETTLED:
        place = (level - seen["mean"]) / sqrt(max(seen["variance"], _LEAST))
        seen["calm"] = CALM if place < -_THIRD else WILD if place > _THIRD else USUAL


@njit(cache=True, error_model="numpy")
def _follow(market: Any, hours: Records, at: int, move: float) -> None:
    if market["begun"] == 0:
        market["begun"] = at
    else:
        elapsed = at - market["at"]
        gain = 1.0 - exp2(-elapsed / _MARKET_HALFLIFE)
        gain = max(gain, elapsed / (at - market["begun"]))
        market["index"] += move
        market["variance"] += gain * (move * move * HOUR / elapsed - market["variance"])
    market["at"] = at
    hour = at // HOUR
    market["trend"] = _trend(market, hours, hour)
    hours[hour % len(hours)]["hour"] = hour
    hours[hour % len(hours)]["index"] = market["index"]


@njit(cache=True, error_model="numpy")
def _trend(market: Any, hours: Records, hour: int) -> int:
    for back in range(WEEK, WEEK + SEARCH):
        past = hours[(hour - back) % len(hours)]
        if past["hour"] == hour - back and market["variance"] > 0.0:
            gone = abs(market["index"] - past["index"]) / sqrt(market["variance"] * back)
            return STRONG if gone > _HALF else FLAT
    return TREND_UNKNOWN


@njit(cache=True, error_model="numpy")
def classify(
    values: Floats, sigmas: Floats, horizons: Integers, interval: int, sizes: Floats,
    classes: Integers,
) -> None:  # fmt: skip
    """Write each forecast's size class [topic, coin], and count it into its topic's mean.

    0: up to the topic's mean so far, 1: up to twice the mean, 2: larger.
    """
    for topic in range(len(horizons)):
        total, count = 0.0, 0
        stretch = sqrt(horizons[topic] / interval)
        for coin in range(len(sigmas)):
            classes[topic, coin] = 0
            scale = sigmas[coin] * stretch
            if isfinite(values[topic, coin]) and 0.0 < scale < np.inf:
                size = min(_LARGEST, abs(values[topic, coin]) / scale)
                mean = sizes[topic, 0]
                classes[topic, coin] = (
                    0 if size <= mean or mean == 0.0 else 1 if size <= 2.0 * mean else 2
                )
                total += size
                count += 1
        if count > 0:
            sizes[topic, 1] = min(sizes[topic, 1] + count, _MEMORY)
            sizes[topic, 0] += (total / count - sizes[topic, 0]) * count / sizes[topic, 1]


_LARGEST = 100.0
"""Standard deviations: an absurd forecast must not make all others small."""

_MEMORY = 50_000.0
"""Forecasts after which the mean size follows slowly instead of settling for ever."""
