"""Statistics of daily profits, in units of the capital and without compounding."""

from __future__ import annotations

from math import sqrt

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DAYS_A_YEAR = 365
"""Perpetuals trade every day."""


def annual_volatility(profits: Floats) -> float | None:
    """Sample standard deviation of daily profits, for a year; None for less than two days."""
    return float(profits.std(ddof=1)) * sqrt(DAYS_A_YEAR) if len(profits) > 1 else None


def sharpe(profits: Floats) -> float | None:
    """Annual mean over annual volatility (Sharpe 1994, cash earns 0); None if nothing moved."""
    volatility = annual_volatility(profits)
    return float(profits.mean()) * DAYS_A_YEAR / volatility if volatility else None


class Drawdown(Struct, frozen=True):
    """The falls of an equity curve below its former peak."""

    maximum: float
    """Deepest fall, as a fraction of the peak before it."""
    longest: int
    """Most days in a row from a peak to the day that reached it again, or to the end."""
    recovery: int | None
    """Days from the trough of the deepest fall back to its peak; None if not yet back."""


def falls_from_peak(equity: Floats) -> Floats:
    """How far each value is below the highest one so far, as a fraction of that."""
    return 1.0 - equity / np.maximum.accumulate(equity)


def drawdown(equity: Floats) -> Drawdown:
    """Of a daily equity curve whose first value is the start."""
    peaks = np.maximum.accumulate(equity)
    falls = falls_from_peak(equity)
    trough = int(falls.argmax())
    return Drawdown(float(falls[trough]), _longest(equity, peaks), _recovery(equity, peaks, trough))


def _longest(equity: Floats, peaks: Floats) -> int:
    days = np.arange(len(equity))
    at_peak = equity == peaks
    since = days - np.maximum.accumulate(np.where(at_peak, days, 0))
    recovers = at_peak[1:] & ~at_peak[:-1]
    return int(max(since.max(), (since[:-1] + 1)[recovers].max(initial=0)))


def _recovery(equity: Floats, peaks: Floats, trough: int) -> int | None:
    back = np.flatnonzero(equity[trough:] >= peaks[trough])
    return int(back[0]) if len(back) else None
