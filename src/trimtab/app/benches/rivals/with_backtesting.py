"""backtesting.py: prices of one lot, since it trades whole units only."""

from __future__ import annotations

import time
from importlib import import_module
from typing import Any

from trimtab.app.benches.rivals.work import CASH, FAST, FEE, LOT, SLOW, Bars, Run, Trade, lots_at

PACKAGE = "backtesting"


def run(bars: Bars) -> Run:
    pandas, library = import_module("pandas"), import_module("backtesting")
    names = ("Open", "High", "Low", "Close", "Volume")
    index = pandas.date_range("2024", periods=len(bars), freq="min")
    frame = pandas.DataFrame(bars, columns=names, index=index)
    closes = frame["Close"].copy()
    frame[[*names[:4]]] *= LOT
    work = library.Backtest(frame, _sma_cross(library, closes), cash=CASH, commission=FEE)
    began = time.process_time()
    found = work.run()
    return Run(time.process_time() - began, _trades(found["_trades"]))


def _sma_cross(library: Any, closes: Any) -> type:
    """The strategy as that library wants it: a class of its own base."""

    def init(self: Any) -> None:
        self.fast = self.I(_mean, FAST)
        self.slow = self.I(_mean, SLOW)
        self.side = 0

    def turn(self: Any) -> None:
        side = 1 if self.fast[-1] > self.slow[-1] else -1
        if side == self.side:
            return
        self.side = side
        self.position.close()
        size = int(lots_at(self.data.Close[-1] / LOT))
        (self.buy if side > 0 else self.sell)(size=size)

    def _mean(span: int) -> Any:
        return closes.rolling(span).mean()

    return type("SmaCross", (library.Strategy,), {"init": init, "next": turn})


def _trades(found: Any) -> list[Trade]:
    columns = ("EntryBar", "ExitBar", "Size", "EntryPrice", "ExitPrice", "PnL")
    return [
        Trade(int(entered), int(left), int(lots), entry / LOT, out / LOT, float(profit))
        for entered, left, lots, entry, out, profit in zip(
            *(found[name].tolist() for name in columns), strict=True
        )
    ]
