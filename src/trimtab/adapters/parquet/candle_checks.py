"""What candles must be before anybody trades on them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trimtab.adapters.parquet.errors import DataError, length, moment
from trimtab.adapters.parquet.series import Whole, steps_of
from trimtab.adapters.parquet.table import PathText
from trimtab.domain.observations import HIGH, LOW, VOLUME
from trimtab.domain.units import Micros

FIELDS = ("open", "high", "low", "close", "volume")
"""In the order of the fields of ``bars[row, field, coin]``."""


class BarRows(NamedTuple):
    """Bars as the file has them, one after the other."""

    coins: list[str]
    opens_at: Whole
    coin: Whole
    """Place in `coins`."""
    figures: NDArray[np.float64]
    """By field, then row."""

    def place(self, row: int) -> str:
        """Which bar that is, in words."""
        return f"{self.coins[self.coin[row]]} at {moment(int(self.opens_at[row]))}"


def interval_of(path: PathText, rows: BarRows) -> Micros:
    """The length of a bar: the commonest step between bars. All bars must lie on that grid."""
    steps = steps_of(path, rows.opens_at, rows.coin, rows.coins.__getitem__)
    if not len(steps):
        raise DataError(f"{path}: one bar a coin does not tell how long a bar is: add bars")
    lengths, times = np.unique(steps, return_counts=True)
    interval = Micros(int(lengths[times.argmax()]))
    astray = (rows.opens_at - rows.opens_at[0]) % interval != 0
    if astray.any():
        raise DataError(
            f"{path}: {rows.place(int(astray.argmax()))} is off the grid of {length(interval)} "
            f"bars that begins at {moment(int(rows.opens_at[0]))}: remove or resample it"
        )
    return interval


def check_figures(path: PathText, rows: BarRows) -> None:
    """Prices are positive, volumes not negative, all finite, and no high is below its low."""
    for field, name in enumerate(FIELDS):
        _check_range(path, rows, name, rows.figures[field], zero_allowed=field == VOLUME)
    upside_down = rows.figures[HIGH] < rows.figures[LOW]
    if upside_down.any():
        row = int(upside_down.argmax())
        high, low = rows.figures[HIGH, row], rows.figures[LOW, row]
        raise DataError(
            f"{path}: {rows.place(row)}: high {high:g} is below low {low:g}: correct or remove the bar"
        )


def _check_range(
    path: PathText, rows: BarRows, name: str, values: NDArray[np.float64], *, zero_allowed: bool
) -> None:
    above = values >= 0.0 if zero_allowed else values > 0.0
    good = above & (values < np.inf)
    if not good.all():
        row = int(good.argmin())
        bound = "0 or more" if zero_allowed else "above 0"
        raise DataError(
            f"{path}: {rows.place(row)}: {name} is {values[row]:g}; it must be a number {bound}: "
            f"correct or remove the bar"
        )
