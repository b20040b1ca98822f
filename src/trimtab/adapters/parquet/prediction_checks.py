"""What forecasts must be before anybody trades on them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trimtab.adapters.parquet.errors import DataError, moment
from trimtab.adapters.parquet.series import Whole
from trimtab.adapters.parquet.table import PathText
from trimtab.domain.configuration import Topic
from trimtab.domain.units import Coin

Column = NDArray[np.float64]


class ForecastRows(NamedTuple):
    """Forecasts as the file has them, one after the other."""

    topics: tuple[Topic, ...]
    coins: tuple[Coin, ...]
    issued_at: Whole
    topic: Whole
    """Place in `topics`."""
    coin: Whole
    """Place in `coins`."""
    value: Column
    lower: Column | None
    upper: Column | None
    data_until: Whole | None

    def series_name(self, series: int) -> str:
        """Topic and coin in words."""
        topic, coin = divmod(series, len(self.coins))
        return f"{self.topics[topic].name} on {self.coins[coin]}"

    def place(self, row: int) -> str:
        """Which forecast that is, in words."""
        series = int(self.topic[row]) * len(self.coins) + int(self.coin[row])
        return f"{self.series_name(series)} at {moment(int(self.issued_at[row]))}"


def check_known_in_time(path: PathText, rows: ForecastRows) -> None:
    """No forecast may rest on data later than its own issue."""
    if rows.data_until is None:
        return
    ahead = rows.data_until > rows.issued_at
    if ahead.any():
        row = int(ahead.argmax())
        raise DataError(
            f"{path}: {rows.place(row)} looks ahead: its data_until is "
            f"{moment(int(rows.data_until[row]))}: issue it when its last bar has closed"
        )


def check_values(path: PathText, rows: ForecastRows) -> None:
    """Values are finite, prices positive, intervals in order."""
    priced = np.array([topic.kind == "price" for topic in rows.topics], bool)[rows.topic]
    bad = ~np.isfinite(rows.value) | (priced & (rows.value <= 0.0))
    if bad.any():
        row = int(bad.argmax())
        needed = "a price above 0" if priced[row] else "a finite number"
        raise DataError(
            f"{path}: {rows.place(row)}: value is {rows.value[row]:g}; it must be {needed}: "
            f"correct or remove the forecast"
        )
    for name, bound in (("lower", rows.lower), ("upper", rows.upper)):
        _check_finite(path, rows, name, bound)
    _check_interval(path, rows)


def _check_finite(path: PathText, rows: ForecastRows, name: str, bound: Column | None) -> None:
    if bound is not None and np.isinf(bound).any():
        row = int(np.isinf(bound).argmax())
        raise DataError(
            f"{path}: {rows.place(row)}: {name} is {bound[row]:g}; it must be finite or empty: "
            f"correct or empty it"
        )


def _check_interval(path: PathText, rows: ForecastRows) -> None:
    if rows.lower is None or rows.upper is None:
        return
    crossed = rows.lower > rows.upper
    if crossed.any():
        row = int(crossed.argmax())
        raise DataError(
            f"{path}: {rows.place(row)}: lower {rows.lower[row]:g} is above upper "
            f"{rows.upper[row]:g}: exchange or empty them"
        )
