"""The same work by other back-testers, where they are installed beside trimtab: for the ratio.

A ratio is told only where every trade is the same: opened and closed on the same bars, same side.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.app.benches.round_trips import RoundTrip
from trimtab.domain.observations import CLOSE, OPEN, Bars

FAST, SLOW = 50, 200
COMMISSION = 0.00055
"""A side: fee and half the spread, as ours."""
CASH, SHARE = 1e9, 0.1

Run = tuple[float, list[RoundTrip]]
"""CPU-seconds, and the trades."""


class Rivals(Struct, frozen=True):
    """By name: what each did, or why nothing is told of it."""

    bars_per_cpu_s: dict[str, float]
    skipped: dict[str, str]


def rivals(bars: Bars, own: Sequence[RoundTrip]) -> Rivals:
    """Each that is installed does the work on `bars` of one coin; `own`: the trades of trimtab."""
    speeds, skipped = dict[str, float](), {**_ELSEWHERE}
    for name, (module, work) in _RIVALS.items():
        if find_spec(module) is None:
            skipped[name] = f"it is not installed: pip install {name}"
            continue
        seconds, theirs = work(bars[:, :, 0])
        if (other := difference(own, theirs)) is None:
            speeds[name] = round(len(bars) / seconds)
        else:
            skipped[name] = other
    return Rivals(speeds, skipped)


def difference(own: Sequence[RoundTrip], theirs: Sequence[RoundTrip]) -> str | None:
    """The first trade that is not the same, in words. Who closes the last one at the end has one more."""
    for number, (ours, other) in enumerate(zip(own, theirs, strict=False), 1):
        if ours != other:
            return f"trade {number} is {other}, and {ours} here: no ratio of different work"
    if 0 <= len(theirs) - len(own) <= 1:
        return None
    return f"it made {len(theirs):,} trades, and {len(own):,} are made here: no ratio of different work"


def sides(closes: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 while the fast average is above the slow one, else -1; 0 before the slow one exists.

    In whole millionths: the noise of sums of floats would tell equal averages apart.
    """
    sums = np.cumsum(np.insert(np.rint(closes * 1e6).astype(np.int64), 0, 0))
    fast, slow = (sums[span:] - sums[:-span] for span in (FAST, SLOW))
    above = np.where(fast[SLOW - FAST :] * SLOW > slow * FAST, 1.0, -1.0)
    return np.concatenate([np.zeros(SLOW - 1), above])


def _backtesting(bars: NDArray[np.float64]) -> Run:
    """Its set-up is not counted."""
    pandas, library = import_module("pandas"), import_module("backtesting")
    columns = dict(zip(("Open", "High", "Low", "Close", "Volume"), bars.T, strict=True))
    index = pandas.date_range("2024", periods=len(bars), freq="min")
    work = library.Backtest(
        pandas.DataFrame(columns, index=index), _strategy(library), cash=CASH,
        commission=COMMISSION, finalize_trades=True,
    )  # fmt: skip
    began = time.process_time()
    trades = work.run()["_trades"]
    seconds = time.process_time() - began
    return seconds, sorted(_trips(trades["EntryBar"], trades["ExitBar"], trades["Size"] > 0))


def _strategy(library: Any) -> type:
    """As that library wants it: a class of its own base."""

    def init(self: Any) -> None:
        self.side = self.I(sides, self.data.Close)

    def turn(self: Any) -> None:
        if self.side[-1] != self.side[-2]:
            self.position.close()
            (self.buy if self.side[-1] > 0.0 else self.sell)(size=SHARE)

    return type("SmaCross", (library.Strategy,), {"init": init, "next": turn})


def _vectorbt(bars: NDArray[np.float64]) -> Run:
    """All bars at once, and neither context nor journal. The first run compiles and is not counted."""
    library = import_module("vectorbt")
    _vectorised(library, bars[: 2 * SLOW])
    began = time.process_time()
    trades = _vectorised(library, bars)
    seconds = time.process_time() - began
    return seconds, _trips(trades["entry_idx"], trades["exit_idx"], trades["direction"] == 0)


def _vectorised(library: Any, bars: NDArray[np.float64]) -> Any:
    """What a bar's close says is done at the next one's open."""
    side = sides(np.ascontiguousarray(bars[:, CLOSE]))
    turned = np.insert(np.diff(side), 0, 0.0) != 0.0
    long, short = (np.insert((turned & (side == way))[:-1], 0, False) for way in (1.0, -1.0))
    portfolio = library.Portfolio.from_signals(
        bars[:, CLOSE], entries=long, short_entries=short, price=bars[:, OPEN], size=SHARE * CASH,
        size_type="value", upon_opposite_entry="reverse", init_cash=CASH, fees=COMMISSION,
    )  # fmt: skip
    return portfolio.trades.values


def _trips(*columns: Any) -> list[RoundTrip]:
    return list(map(RoundTrip, *(column.tolist() for column in columns)))


_RIVALS: dict[str, tuple[str, Callable[[NDArray[np.float64]], Run]]] = {
    "backtesting.py": ("backtesting", _backtesting),
    "vectorbt": ("vectorbt", _vectorbt),
}
"""By name: the module that has to be there, and how it does the work."""

_ELSEWHERE = dict.fromkeys(
    ("freqtrade", "jesse", "nautilus_trader"),
    "it wants a venue's files and a project of its own: not driven from here",
)
