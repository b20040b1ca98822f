"""vectorbt: the orders as an array, from averages as arrays. It marks no equity on the way."""

from __future__ import annotations

import time
from importlib import import_module
from typing import Any

import numpy as np

from trimtab.app.benches.rivals.work import CASH, FAST, FEE, LOT, SLOW, Bars, Run, Trade, lots_at

PACKAGE = "vectorbt"
CLOSED = 1
"""Status of a trade."""


def run(bars: Bars) -> Run:
    pandas, library = import_module("pandas"), import_module("vectorbt")
    index = pandas.date_range("2024", periods=len(bars), freq="min")
    opens, closes = (pandas.Series(bars[:, field], index) for field in (0, 3))
    began = time.process_time()
    fast, slow = (library.MA.run(closes, span).ma.to_numpy() for span in (FAST, SLOW))
    side = np.where(np.isnan(slow), 0, np.where(fast > slow, 1, -1))
    crossed = np.flatnonzero(np.diff(side, prepend=0))
    crossed = crossed[crossed + 1 < len(bars)]
    sizes = np.full(len(bars), np.nan)
    sizes[crossed + 1] = lots_at(bars[crossed, 3]) * LOT * side[crossed]
    portfolio = library.Portfolio.from_orders(
        closes, sizes, size_type="targetamount", price=opens, fees=FEE, init_cash=CASH, freq="min"
    )
    records = portfolio.trades.records
    return Run(time.process_time() - began, _trades(records))


def _trades(records: Any) -> list[Trade]:
    columns = (
        "entry_idx", "exit_idx", "size", "direction", "entry_price", "exit_price", "pnl", "status",
    )  # fmt: skip
    return [
        Trade(entered, left, round(size / LOT) * (-1 if short else 1), entry, out, profit)
        for entered, left, size, short, entry, out, profit, status in zip(
            *(records[name].tolist() for name in columns), strict=True
        )
        if status == CLOSED
    ]
