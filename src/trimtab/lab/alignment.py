"""Facts of single moments, laid on the rows of a market."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trimtab.domain.configuration import PredictionKind
from trimtab.domain.observations import CLOSE, Bars

Floats = NDArray[np.float64]
Moments = NDArray[np.int64]
"""UTC in microseconds, ascending."""


def on_rows(rows_at: Moments, instants: Moments, table: Floats, missing: float) -> Floats:
    """float64[rows, coins]: row `instants[i]` of the market gets ``table[i]``, others `missing`.

    What happened at no row's moment is left out.
    """
    laid = np.full((len(rows_at), table.shape[1]), missing)
    rows = np.searchsorted(rows_at, instants)
    known = np.flatnonzero(rows_at[np.minimum(rows, len(rows_at) - 1)] == instants)
    laid[rows[known]] = table[known]
    return laid


def closes_before(bars: Bars) -> Floats:
    """float64[rows, coins]: the close that was the last one when each bar opened; NaN at first."""
    before = np.full((len(bars), bars.shape[2]), np.nan)
    before[1:] = bars[:-1, CLOSE]
    return before


def as_log_returns(kind: PredictionKind, values: Floats, closes: Floats) -> Floats:
    """Forecasts as log returns: a price is measured against the close at issue.

    Raises ValueError for a kind that tells no direction.
    """
    if kind == "log_return":
        return values
    if kind == "price":
        return np.log(values / closes)
    raise ValueError(f"a topic of kind {kind} tells no direction; use log_return or price")
