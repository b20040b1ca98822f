"""The market as a forecaster sees it: bars up to a moment, and none after it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trimtab.domain.observations import CLOSE, Bars
from trimtab.domain.units import HOUR, Micros

Floats = NDArray[np.float64]


class Record(NamedTuple):
    """Bars of several coins on one grid of time."""

    interval: Micros
    """At most an hour, of which it is a whole part."""
    closes_at: NDArray[np.int64]
    """By row (UTC microseconds)."""
    bars: Bars
    """``bars[row, field, coin]``; NaN where a coin has no bar."""

    def until(self, row: int) -> Record:
        """The rows before `row`: what was known when bar `row` had not closed yet."""
        return Record(self.interval, self.closes_at[:row], self.bars[:row])

    def rows(self, hours: int) -> int:
        """So many hours in rows. Raises ValueError for bars that do not fit into an hour."""
        an_hour, rest = divmod(HOUR, self.interval)
        if rest:
            raise ValueError(f"bars of {self.interval} microseconds do not fill an hour evenly")
        return hours * an_hour

    def last_closes(self) -> Floats:
        """[row, coin] the last close so far, also in gaps; NaN before a coin's first bar."""
        closes = self.bars[:, CLOSE]
        places = np.where(np.isfinite(closes), np.arange(len(closes))[:, None], -1)
        last = np.maximum.accumulate(places, axis=0)
        filled = np.take_along_axis(closes, np.maximum(last, 0), axis=0)
        return np.where(last >= 0, filled, np.nan)


def moves_over(closes: Floats, rows: int) -> Floats:
    """[row, coin] log return of the last so many rows; NaN where the record begins later."""
    moves = np.full(closes.shape, np.nan)
    moves[rows:] = np.log(closes[rows:] / closes[: len(closes) - rows])
    return moves
