"""The one fill model of paper, shadow and backtest: what an order gets, and what it costs.

Taker orders fill at the bar's open or worse: half the spread plus an impact that is linear in the
order's share of the bar's volume (Kyle 1985), never more than `participation` of that volume.
A stop fills at the worse of its level and the open. A take-profit rests and fills at its level.
Protective exits close the whole position at once, whatever the bar's volume; only their price pays.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

STOP_LOSS, TRAILING_STOP, LIQUIDATION = 2, 4, 5


@njit(cache=True)
def fillable(lots: int, lot: float, volume: float, policy: Any) -> int:
    """How many of `lots` (signed) a bar of this volume (base units) can fill."""
    most = int(np.floor(policy["participation"] * volume / lot)) if volume > 0.0 else 0
    return min(lots, most) if lots > 0 else max(lots, -most)


@njit(cache=True)
def taker_price(price: float, lots: int, lot: float, volume: float, policy: Any) -> float:
    """`price` made worse by half the spread and the impact of the order's size."""
    share = abs(lots) * lot / volume if volume > 0.0 else 1.0
    worse: float = policy["half_spread"] + policy["impact"] * min(share, 1.0)
    return price * (1.0 + worse) if lots > 0 else price * (1.0 - worse)


@njit(cache=True)
def nearest_stop(position: Any, policy: Any) -> tuple[float, int]:
    """The level at which the position is closed against our will, and the purpose of that order.

    The tightest of stop-loss (fixed, or by volatility at entry), trailing stop and liquidation; those that are off are infinitely far
    away. Margin is isolated: liquidated where the loss leaves less than the maintenance margin.
    """
    side = 1.0 if position["lots"] > 0 else -1.0
    entry = position["entry"]
    level = entry * (1.0 - side * (position["margin"] - policy["maintenance_margin"]))
    purpose = LIQUIDATION
    fixed = entry * (1.0 - side * min(policy["stop_loss"], position["stop"]))
    if side * fixed >= side * level:
        level, purpose = fixed, STOP_LOSS
    trailing = position["best"] * (1.0 - side * policy["trailing_stop"])
    if side * trailing > side * level:
        level, purpose = trailing, TRAILING_STOP
    return level, purpose


@njit(cache=True)
def take_level(position: Any, policy: Any) -> float:
    """Where the take-profit rests; infinitely far away when there is none."""
    side = 1.0 if position["lots"] > 0 else -1.0
    return float(position["entry"] * (1.0 + side * policy["take_profit"]))


@njit(cache=True)
def is_touched(position: Any, policy: Any, high: float, low: float) -> bool:
    """Whether a bar reaches one of the position's protective levels; never without a bar (NaN)."""
    level, _ = nearest_stop(position, policy)
    target = take_level(position, policy)
    if position["lots"] > 0:
        return bool(low <= level or high >= target)
    return bool(high >= level or low <= target)


@njit(cache=True)
def follow(position: Any, high: float, low: float) -> None:
    """The best price since entry, which a trailing stop follows; after the bar, not within it."""
    if position["lots"] > 0 and high > position["best"]:
        position["best"] = high
    elif position["lots"] < 0 and low < position["best"]:
        position["best"] = low
