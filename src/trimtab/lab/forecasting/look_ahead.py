"""Does a forecaster know the future? Take the future away and see whether it says the same."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from trimtab.lab.forecasting.record import Record

Floats = NDArray[np.float64]


def first_that_knew(forecast: Callable[[Record], Floats], record: Record, cut: int) -> int | None:
    """The first row before `cut` whose forecasts change by a bit when all from `cut` on is removed.

    `forecast` gives one row of forecasts for each row of a record. None: no row looked past `cut`.
    """
    whole = np.ascontiguousarray(forecast(record)[:cut])
    alone = np.ascontiguousarray(forecast(record.until(cut)))
    same = (whole == alone) | (np.isnan(whole) & np.isnan(alone))
    rows = np.flatnonzero(~same.reshape(cut, -1).all(axis=1))
    return int(rows[0]) if len(rows) else None
