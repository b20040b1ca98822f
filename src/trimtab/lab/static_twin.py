"""The static twin, told a second time: one coin after the other, without the engine.

The twin trades every forecast whose size exceeds a threshold: an equal share of the capital a coin,
one position a coin, in at the open at which the forecast is issued, out at the open one horizon
later, where a new forecast may open anew. Profits are not reinvested. The engine must come to the
same result by its own way of orders, fills and books, so nothing of `trading` is used here.
Impact, partial fills and lot sizes are left out: the pinned capital is too small for them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from msgspec import Struct
from numba import njit
from numpy.typing import NDArray

from trimtab.domain.configuration import Costs

Floats = NDArray[np.float64]
Cells = NDArray[Any]

TRADE = np.dtype([
    ("coin", "i8"), ("entered", "i8"), ("left", "i8"), ("side", "i8"), ("profit", "f8"),
    ("net_bp", "f8"), ("fees", "f8"), ("funding", "f8"), ("turnover", "f8"),
])  # fmt: skip
"""A closed trade: rows of entry and exit, side 1 or -1, profit net of fees and funding."""

_HOLDING = np.dtype([
    ("quantity", "f8"), ("entry", "f8"), ("price", "f8"), ("entered", "i8"),
    ("notional", "f8"), ("fees", "f8"), ("funding", "f8"), ("realised", "f8"),
])  # fmt: skip


class TwinMarket(NamedTuple):
    """What the twin sees, each float64[rows, coins]; row r is the moment at which bar r opens."""

    opens: Floats
    """NaN where the coin has no bar."""
    forecasts: Floats
    """Log return over the horizon, issued at this moment; NaN where there is none."""
    funding: Floats
    """Rate that longs pay at this moment; 0 where nothing settles."""

    def until(self, row: int) -> TwinMarket:
        """The rows before `row`."""
        return TwinMarket(self.opens[:row], self.forecasts[:row], self.funding[:row])


class TwinRules(Struct, frozen=True):
    """How the twin trades one topic."""

    horizon: int
    """Rows from entry to exit."""
    threshold: float = 0.0
    start: int = 0
    """First row at which it may trade."""
    capital: float = 10_000.0
    costs: Costs = Costs()


class TwinRun(Struct, frozen=True, eq=False):
    """What became of it. What is open at the end is in the equity, but is no trade."""

    equity: Floats
    """float64[rows], marked at each open after what was traded there."""
    trades: Cells
    """Records of `TRADE`, coin by coin in the order of time."""


class _Dials(NamedTuple):
    horizon: int
    threshold: float
    start: int
    share: float
    fee: float
    half_spread: float


def simulate(market: TwinMarket, rules: TwinRules) -> TwinRun:
    """Trade one topic over the whole market."""
    rows, coins = market.opens.shape
    equity = np.full(rows, rules.capital)
    trades = np.zeros(coins * (rows // rules.horizon + 1), TRADE)
    compiled = TwinMarket(*(_as_compiled(part) for part in market))
    count = _trade(compiled, _dials(rules, coins), equity, trades)
    return TwinRun(equity, trades[:count])


def _dials(rules: TwinRules, coins: int) -> _Dials:
    return _Dials(
        horizon=rules.horizon,
        threshold=rules.threshold,
        start=rules.start,
        share=rules.capital / coins,
        fee=rules.costs.taker_fee * 1e-4,
        half_spread=rules.costs.half_spread * 1e-4,
    )


def _as_compiled(values: Floats) -> Floats:
    """C-ordered and read-only: the one form for which the kernel is compiled."""
    form = np.ascontiguousarray(values, np.float64).view()
    form.flags.writeable = False
    return form


@njit(cache=True)
def _trade(market: TwinMarket, dials: _Dials, equity: Floats, trades: Cells) -> int:
    rows, coins = market.opens.shape
    holdings = np.zeros(coins, _HOLDING)
    count = 0
    for coin in range(coins):
        held = holdings[coin]
        for row in range(dials.start, rows):
            if _settle(held, market, coin, row, dials):
                _leave(held, trades[count], row, dials)
                trades[count]["coin"] = coin
                count += 1
            _enter(held, market.opens[row, coin], market.forecasts[row, coin], row, dials)
            equity[row] += held["realised"] + _profit(held, held["price"])
    return count


@njit(cache=True)
def _settle(held: Any, market: TwinMarket, coin: int, row: int, dials: _Dials) -> bool:
    """See the price and pay the funding; whether the position's time is over."""
    price = market.opens[row, coin]
    if price > 0.0:
        held["price"] = price
    held["funding"] += held["quantity"] * held["price"] * market.funding[row, coin]
    due = held["quantity"] != 0.0 and row >= held["entered"] + dials.horizon
    return bool(due and price > 0.0)


@njit(cache=True)
def _enter(held: Any, price: float, forecast: float, row: int, dials: _Dials) -> None:
    if held["quantity"] != 0.0 or not price > 0.0 or not abs(forecast) > dials.threshold:
        return
    side = 1.0 if forecast > 0.0 else -1.0
    held["quantity"] = side * dials.share / price
    held["entry"] = price * (1.0 + side * dials.half_spread)
    held["entered"] = row
    held["notional"] = abs(held["quantity"]) * held["entry"]
    held["fees"] = held["notional"] * dials.fee
    held["funding"] = 0.0


@njit(cache=True)
def _leave(held: Any, trade: Any, row: int, dials: _Dials) -> None:
    side = 1.0 if held["quantity"] > 0.0 else -1.0
    price = held["price"] * (1.0 - side * dials.half_spread)
    notional = abs(held["quantity"]) * price
    held["fees"] += notional * dials.fee
    profit = _profit(held, price)
    trade["entered"], trade["left"], trade["side"] = held["entered"], row, int(side)
    trade["profit"], trade["net_bp"] = profit, 1e4 * profit / held["notional"]
    trade["fees"], trade["funding"] = held["fees"], held["funding"]
    trade["turnover"] = held["notional"] + notional
    held["realised"] += profit
    held["quantity"], held["fees"], held["funding"] = 0.0, 0.0, 0.0


@njit(cache=True)
def _profit(held: Any, price: float) -> float:
    gain = held["quantity"] * (price - held["entry"])
    return float(gain - held["fees"] - held["funding"])
