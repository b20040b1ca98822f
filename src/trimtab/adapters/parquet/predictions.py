"""Forecasts from Parquet: a table of topics by coins for every instant of issue."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.adapters.parquet.candles import Candles
from trimtab.adapters.parquet.errors import DataError, moment
from trimtab.adapters.parquet.prediction_checks import (
    ForecastRows,
    check_known_in_time,
    check_values,
)
from trimtab.adapters.parquet.series import Whole, steps_of
from trimtab.adapters.parquet.table import (
    Kind,
    PathText,
    codes,
    collect,
    moments,
    numbers,
    open_table,
    order_of_appearance,
)
from trimtab.adapters.parquet.topics import catalogue, choose_names, choose_topics
from trimtab.domain.configuration import Topic
from trimtab.domain.rounding import significant
from trimtab.domain.units import Coin

_NEEDED = {
    "issued_at": Kind.MOMENT,
    "topic": Kind.TEXT,
    "symbol": Kind.TEXT,
    "horizon_s": Kind.INTEGER,
    "kind": Kind.TEXT,
    "value": Kind.NUMBER,
}
RETURN_DIGITS, PRICE_DIGITS = 6, 8
"""Significant digits of a forecast: finer than .001 bp, and what is used is what is recorded."""

_OPTIONAL = {"lower": Kind.NUMBER, "upper": Kind.NUMBER, "data_until": Kind.MOMENT}

Values = NDArray[np.float64]
"""``values[instant, topic, coin]``; NaN where there is no forecast."""


class Predictions(Struct, frozen=True, eq=False):
    """Forecasts of several topics on several coins."""

    topics: tuple[Topic, ...]
    coins: tuple[Coin, ...]
    """Those with forecasts, in the order of the candles."""
    issued_at: Whole
    """The instants of issue, ascending (UTC microseconds)."""
    values: Values
    lower: Values | None
    upper: Values | None
    dropped: int
    """Forecasts issued before the first bar closed, or after the last one."""

    def warning(self) -> str | None:
        """What a person should know about the forecasts left out; None when there are none."""
        if not self.dropped:
            return None
        return f"{self.dropped:,} forecasts lie outside the time of the candles and are left out"


def forecast_coins(path: PathText, topics: Sequence[str] | None = None) -> tuple[Coin, ...]:
    """The coins that have forecasts, in the file's order of first appearance. Raises DataError."""
    frame = open_table(path, {"topic": Kind.TEXT, "symbol": Kind.TEXT})
    rows = collect(path, frame.unique(maintain_order=True))
    names = choose_names(path, order_of_appearance(rows, "topic"), topics)
    rows = rows.filter(pl.col("topic").is_in(names))
    return tuple(Coin(symbol) for symbol in order_of_appearance(rows, "symbol"))


def read_predictions(
    path: PathText,
    candles: Candles,
    topics: Sequence[str] | None = None,
    symbols: Sequence[str] | None = None,
) -> Predictions:
    """The forecasts of the topics on the symbols, within the time of the candles.

    Without `topics` or `symbols`: all; a coin without candles is then an error. A forecast whose
    `data_until`, where the file has it, lies after `issued_at` looks ahead and is refused, as are
    NaN, infinite and repeated forecasts, and horizons that are no whole number of bars.
    Raises DataError.
    """
    frame = open_table(path, _NEEDED, _OPTIONAL)
    chosen = choose_topics(path, catalogue(path, frame, candles.interval), topics)
    frame = frame.filter(pl.col("topic").is_in([topic.name for topic in chosen]))
    if symbols is not None:
        frame = frame.filter(pl.col("symbol").is_in(list(symbols)))
    table = collect(path, frame.drop("horizon_s", "kind"))
    rows = _forecast_rows(path, table, chosen, candles)
    check_known_in_time(path, rows)
    check_values(path, rows)
    return _as_tables(rows, _inside(path, rows.issued_at, candles))


def _forecast_rows(
    path: PathText, table: pl.DataFrame, topics: tuple[Topic, ...], candles: Candles
) -> ForecastRows:
    if not len(table):
        raise DataError(f"{path}: no forecasts for the symbols asked for: check the symbols")
    found = set(order_of_appearance(table, "symbol"))
    if strangers := sorted(found - set(candles.coins)):
        raise DataError(
            f"{path}: forecasts for {', '.join(strangers)}, which have no candles: "
            f"add their candles, or leave them out of the symbols"
        )
    coins = [coin for coin in candles.coins if coin in found]
    topic = codes(table, "topic", [topic.name for topic in topics])
    priced = np.array([topic.kind == "price" for topic in topics])[topic]
    rows = ForecastRows(
        topics,
        tuple(coins),
        moments(table, "issued_at"),
        topic,
        codes(table, "symbol", list(coins)),
        _rounded(numbers(table, "value"), priced),
        _optional_numbers(table, "lower", priced),
        _optional_numbers(table, "upper", priced),
        moments(table, "data_until") if "data_until" in table.columns else None,
    )
    steps_of(path, rows.issued_at, rows.topic * len(coins) + rows.coin, rows.series_name)
    return rows


def _optional_numbers(
    table: pl.DataFrame, name: str, priced: NDArray[np.bool_]
) -> NDArray[np.float64] | None:
    if name not in table.columns or table[name].null_count() == len(table):
        return None
    return _rounded(numbers(table, name), priced)


def _rounded(values: NDArray[np.float64], priced: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Without digits that no forecaster means."""
    return np.where(priced, significant(values, PRICE_DIGITS), significant(values, RETURN_DIGITS))


def _inside(path: PathText, issued_at: Whole, candles: Candles) -> NDArray[np.bool_]:
    """Whether each forecast was issued within the time of the candles."""
    first, last = int(candles.closes_at[0]), int(candles.closes_at[-1])
    inside = np.asarray((issued_at >= first) & (issued_at <= last))
    if not inside.any():
        raise DataError(
            f"{path}: no forecast lies within the candles ({moment(first)} to {moment(last)}): "
            f"choose files of the same time"
        )
    return inside


def _as_tables(rows: ForecastRows, inside: NDArray[np.bool_]) -> Predictions:
    at = rows.issued_at[inside]
    issued_at = np.unique(at)
    shape = (len(issued_at), len(rows.topics), len(rows.coins))
    place = (np.searchsorted(issued_at, at), rows.topic[inside], rows.coin[inside])

    def table(values: NDArray[np.float64]) -> Values:
        filled = np.full(shape, np.nan)
        filled[place] = values[inside]
        filled.flags.writeable = False
        return filled

    return Predictions(
        rows.topics,
        rows.coins,
        issued_at,
        table(rows.value),
        None if rows.lower is None else table(rows.lower),
        None if rows.upper is None else table(rows.upper),
        len(inside) - len(at),
    )
