"""Jesse: its research backtest; a market order fills at the last price, which is the next open."""

from __future__ import annotations

import time
from importlib import import_module
from typing import Any

import numpy as np

from trimtab.app.benches.rivals.work import (
    CASH,
    FAST,
    FEE,
    FIRST,
    LOT,
    MINUTE,
    SLOW,
    Bars,
    Run,
    lots_at,
    trades_of,
)

PACKAGE = "jesse"
EXCHANGE, SYMBOL = "Binance Perpetual Futures", "BTC-USDT"
_MS = 1_000
CLOSE = 2
"""Column of its candles."""


def run(bars: Bars) -> Run:
    research = import_module("jesse.research")
    config = {
        "starting_balance": CASH, "fee": FEE, "type": "futures", "futures_leverage": 1,
        "futures_leverage_mode": "cross", "exchange": EXCHANGE, "warm_up_candles": 0,
    }  # fmt: skip
    times = _MS * (FIRST + MINUTE * np.arange(len(bars)))
    candles = np.column_stack([times, bars[:, [0, 3, 1, 2, 4]]])
    fills: list[tuple[int, int, float]] = []
    route = {
        "exchange": EXCHANGE, "strategy": _sma_cross(fills), "symbol": SYMBOL, "timeframe": "1m",
    }  # fmt: skip
    feed = {f"{EXCHANGE}-{SYMBOL}": {"exchange": EXCHANGE, "symbol": SYMBOL, "candles": candles}}
    began = time.process_time()
    research.backtest(config, [route], [], feed, fast_mode=True)
    return Run(time.process_time() - began, trades_of(fills))


def _sma_cross(fills: list[tuple[int, int, float]]) -> type:
    """The strategy as that library wants it: a class of its own base."""
    base: Any = import_module("jesse.strategies").Strategy
    methods: dict[str, Any] = {
        "wanted": 0,
        "fills": fills,
        "before": _before,
        "should_long": _should_long,
        "should_short": _should_short,
        "go_long": _go_long,
        "go_short": _go_short,
        "update_position": _update_position,
        "on_open_position": _note,
    }
    return type("SmaCross", (base,), methods)


def _before(self: Any) -> None:
    """Called once a bar."""
    closes = self.candles[-SLOW:, CLOSE]
    if len(closes) == SLOW:
        self.wanted = 1 if closes[-FAST:].mean() > closes.mean() else -1


def _should_long(self: Any) -> bool:
    return bool(self.wanted > 0)


def _should_short(self: Any) -> bool:
    return bool(self.wanted < 0)


def _go_long(self: Any) -> None:
    self.buy = _size(self), self.price


def _go_short(self: Any) -> None:
    self.sell = _size(self), self.price


def _size(self: Any) -> float:
    return float(lots_at(self.price)) * LOT


def _update_position(self: Any) -> None:
    """Turns around with one order: the library closes first, then opens what is left of it."""
    if self.wanted != (1 if self.is_long else -1):
        size = _size(self) + abs(self.position.qty)
        (self.broker.sell_at_market if self.is_long else self.broker.buy_at_market)(size)


def _note(self: Any, order: Any) -> None:
    row = round(self.time / _MS - FIRST) // MINUTE
    self.fills.append((row, round(order.qty / LOT), float(order.price)))
