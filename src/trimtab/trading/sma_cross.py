"""SMA cross: long while the fast average is above the slow one, short below. For the bench."""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numba import njit
from numpy.typing import NDArray

from trimtab.domain.observations import Bars
from trimtab.domain.records import Records, copied
from trimtab.domain.units import NEVER
from trimtab.trading.strategy import Signals

CLOSE = 3

CELL = np.dtype([
    ("bars", "i8"), ("fast", "f8"), ("slow", "f8"), ("side", "i8"), ("crossed", "?"),
])  # fmt: skip
"""One coin: bars seen, sums of the last closes, and which average is above."""


_FOR_GOOD = np.array([NEVER], np.int64)
"""Held until the next cross."""


@njit(cache=True)
def _run(
    cells: Any, closes: Any, bars: Any, rows: tuple[int, int], spans: tuple[int, int]
) -> tuple[int, bool]:
    """Consume rows until the averages of a coin cross."""
    row, limit = rows
    crossed = False
    while row < limit and not crossed:
        for coin in range(len(cells)):
            crossed |= _see(cells[coin], closes[coin], bars[row, CLOSE, coin], spans)
        row += 1
    return row, crossed


@njit(cache=True)
def _see(cell: Any, closes: Any, close: float, spans: tuple[int, int]) -> bool:
    fast, slow = spans
    cell["crossed"] = False
    if not close > 0.0:
        return False
    seen = cell["bars"]
    cell["fast"] += close - (closes[(seen - fast) % slow] if seen >= fast else 0.0)
    cell["slow"] += close - (closes[seen % slow] if seen >= slow else 0.0)
    closes[seen % slow] = close
    cell["bars"] = seen + 1
    if seen + 1 < slow:
        return False
    side = 1 if cell["fast"] * slow > cell["slow"] * fast else -1
    cell["crossed"] = side != cell["side"]
    cell["side"] = side
    return bool(cell["crossed"])


class SmaCross(Struct, frozen=True, eq=False, tag="sma_cross"):
    """Always in the market once the slow average exists; turns around at every cross."""

    cells: Records
    closes: NDArray[np.float64]
    """[coin, slow]: the last closes, as a ring."""
    fast: int = 50
    slow: int = 200
    crossed: bool = False
    """Whether the averages of any coin crossed at the last row."""
    name: str = "sma_cross"

    @staticmethod
    def of(coins: int, fast: int = 50, slow: int = 200) -> SmaCross:
        return SmaCross(np.zeros(coins, CELL), np.zeros((coins, slow)), fast, slow)

    def advance(self, bars: Bars, start: int, limit: int) -> tuple[SmaCross, int]:
        cells, closes = copied(self.cells, CELL), self.closes.copy()
        spans = (self.fast, self.slow)
        stop, crossed = _run(cells, closes, bars, (start, limit), spans)
        return replace(self, cells=cells, closes=closes, crossed=crossed), stop

    def joined(self, places: list[int]) -> SmaCross:
        """For other coins: the former place of each, -1 for one that starts afresh."""
        fresh = SmaCross.of(len(places), self.fast, self.slow)
        for here, place in enumerate(places):
            if place >= 0:
                fresh.cells[here] = self.cells[place]
                fresh.closes[here] = self.closes[place]
        return fresh

    def on_bars(self) -> Signals | None:
        if not self.crossed:
            return None
        wanted = np.where(self.cells["crossed"], self.cells["side"], np.nan)[np.newaxis]
        certain = np.ones_like(wanted)
        return Signals(wanted, certain, certain, _FOR_GOOD, reverses=True)

    def on_forecasts(self, weighed: Signals) -> Signals | None:
        del weighed
        return None
