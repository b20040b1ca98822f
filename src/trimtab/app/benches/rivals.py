"""The same work by other back-testers, where they are installed beside trimtab: for the ratio."""

from __future__ import annotations

import time
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trimtab.domain.observations import Bars

FAST, SLOW = 50, 200
COMMISSION = 0.00055
"""A side: fee and half the spread, as ours."""


def rivals(bars: Bars) -> dict[str, float]:
    """Bars per CPU-second of each that is installed; `bars` of one coin."""
    if find_spec("backtesting") is None:
        return {}
    return {"backtesting.py": round(len(bars) / _backtesting(bars[:, :, 0]))}


def _backtesting(bars: NDArray[np.float64]) -> float:
    """CPU-seconds of backtesting.py for the SMA cross; its set-up is not counted."""
    pandas, library = import_module("pandas"), import_module("backtesting")
    columns = dict(zip(("Open", "High", "Low", "Close", "Volume"), bars.T, strict=True))
    index = pandas.date_range("2024", periods=len(bars), freq="min")
    frame = pandas.DataFrame(columns, index=index)
    work = library.Backtest(
        frame, _sma_cross(library, pandas), cash=1e9, commission=COMMISSION, finalize_trades=True
    )
    began = time.process_time()
    work.run()
    return time.process_time() - began


def _sma_cross(library: Any, pandas: Any) -> type:
    """The strategy as that library wants it: a class of its own base."""

    def init(self: Any) -> None:
        self.fast = self.I(_mean, self.data.Close, FAST)
        self.slow = self.I(_mean, self.data.Close, SLOW)

    def turn(self: Any) -> None:
        above, before = self.fast[-1] > self.slow[-1], self.fast[-2] > self.slow[-2]
        if above != before:
            self.position.close()
            (self.buy if above else self.sell)(size=0.1)

    def _mean(closes: Any, span: int) -> Any:
        return pandas.Series(closes).rolling(span).mean()

    return type("SmaCross", (library.Strategy,), {"init": init, "next": turn})
