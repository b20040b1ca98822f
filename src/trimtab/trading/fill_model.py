"""The one fill model of paper, shadow and backtest: what an order gets, and what it costs.

Taker orders fill at the bar's open or worse: half the spread plus an impact that is linear in the
order's share of the bar's volume (Kyle 1985), never more than `participation` of that volume.
A stop fills at the worse of its level and the open. A take-profit rests and fills at its level.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit


@njit(cache=True)
def fillable(lots: int, lot: float, volume: float, policy: Any) -> int:
    """How many of `lots` (signed) a bar of this volume (base units) can fill."""
    most = int(np.floor(policy["participation"] * volume / lot)) if volume > 0.0 else 0
    return min(lots, most) if lots > 0 else max(lots, -most)


@njit(cache=True)
def taker_price(price: float, lots: int, lot: float, volume: float, policy: Any) -> float:
    """`price` made worse by half the spread and the impact of the order's size."""
    share = abs(lots) * lot / volume if volume > 0.0 else 1.0
    worse = policy["half_spread"] + policy["impact"] * min(share, 1.0)
    return price * (1.0 + worse) if lots > 0 else price * (1.0 - worse)


@njit(cache=True)
def fixed_stop(position: Any, policy: Any) -> float:
    """Where the stop-loss stands; infinitely far away when there is none."""
    side = 1.0 if position["lots"] > 0 else -1.0
    return float(position["entry"] * (1.0 - side * policy["stop_loss"]))


@njit(cache=True)
def stop_level(position: Any, policy: Any) -> float:
    """Where the tighter of stop-loss and trailing stop stands."""
    side = 1.0 if position["lots"] > 0 else -1.0
    trailing = position["best"] * (1.0 - side * policy["trailing_stop"])
    fixed = fixed_stop(position, policy)
    return max(fixed, trailing) if side > 0.0 else min(fixed, trailing)


@njit(cache=True)
def take_level(position: Any, policy: Any) -> float:
    """Where the take-profit rests; infinitely far away when there is none."""
    side = 1.0 if position["lots"] > 0 else -1.0
    return float(position["entry"] * (1.0 + side * policy["take_profit"]))
