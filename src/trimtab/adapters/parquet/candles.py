"""Candles from Parquet: bars of several coins on one regular grid of time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from msgspec import Struct

from trimtab.adapters.parquet.candle_checks import FIELDS, BarRows, check_figures, interval_of
from trimtab.adapters.parquet.errors import DataError, moment
from trimtab.adapters.parquet.rounding import exchange_figures
from trimtab.adapters.parquet.series import Whole
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
from trimtab.domain.observations import Bars
from trimtab.domain.units import Coin, Micros

_COLUMNS = {"ts": Kind.MOMENT, "symbol": Kind.TEXT, **dict.fromkeys(FIELDS, Kind.NUMBER)}


class Candles(Struct, frozen=True, eq=False):
    """Bars of several coins on one regular grid of time."""

    coins: tuple[Coin, ...]
    interval: Micros
    """Length of a bar."""
    closes_at: Whole
    """By row, without holes: when the bar closed, and so became known (UTC microseconds)."""
    bars: Bars
    """``bars[row, field, coin]``, C-ordered, read-only; NaN where a coin has no bar."""
    gaps: tuple[int, ...]
    """By coin: how many bars are missing between its first and its last one."""

    def warning(self) -> str | None:
        """What a person should know about the gaps; None when there are none."""
        holes = [f"{coin} {gap:,}" for coin, gap in zip(self.coins, self.gaps, strict=True) if gap]
        if not holes:
            return None
        return f"{sum(self.gaps):,} bars are missing and count as no trade: {', '.join(holes)}"


def read_candles(
    path: PathText,
    symbols: Sequence[str] | None = None,
    start: Micros | None = None,
    end: Micros | None = None,
) -> Candles:
    """The bars that open in ``start <= ts < end``, of the symbols in the order asked for.

    Without `symbols`: all, in the file's order of first appearance. Columns of float32 are rounded
    to seven significant digits, which gives back the exchange's figures; float64 is taken as it is.
    Raises DataError when the file cannot be used as it is.
    """
    frame = _selected(open_table(path, _COLUMNS), symbols, start, end)
    table = collect(path, frame)
    if end is not None and not len(table):
        raise DataError(
            f"{path}: no bars before {moment(end)}: choose a later end, or check the file"
        )
    rows = _bar_rows(path, table, symbols)
    interval = interval_of(path, rows)
    check_figures(path, rows)
    return _on_grid(rows, interval)


def _selected(
    frame: pl.LazyFrame,
    symbols: Sequence[str] | None,
    start: Micros | None,
    end: Micros | None,
) -> pl.LazyFrame:
    if symbols is not None:
        frame = frame.filter(pl.col("symbol").is_in(list(symbols)))
    if start is not None:
        frame = frame.filter(pl.col("ts") >= start)
    return frame if end is None else frame.filter(pl.col("ts") < end)


def _bar_rows(path: PathText, rows: pl.DataFrame, symbols: Sequence[str] | None) -> BarRows:
    found = order_of_appearance(rows, "symbol")
    coins = found if symbols is None else list(dict.fromkeys(symbols))
    if lost := [coin for coin in coins if coin not in found]:
        raise DataError(f"{path}: no bars for {', '.join(lost)}: leave out, or add the candles")
    if not coins:
        raise DataError(f"{path}: no bars in the time asked for: widen it, or check the file")
    figures = np.stack([_figures(rows, name) for name in FIELDS])
    return BarRows(coins, moments(rows, "ts"), codes(rows, "symbol", coins), figures)


def _figures(rows: pl.DataFrame, name: str) -> Bars:
    values = numbers(rows, name)
    return exchange_figures(values) if rows[name].dtype == pl.Float32 else values


def _on_grid(rows: BarRows, interval: Micros) -> Candles:
    first = int(rows.opens_at.min())
    row = (rows.opens_at - first) // interval
    count = int(row.max()) + 1
    bars = np.full((count, len(FIELDS), len(rows.coins)), np.nan)
    for field, values in enumerate(rows.figures):
        bars[row, field, rows.coin] = values
    bars.flags.writeable = False
    closes_at = first + interval * np.arange(1, count + 1, dtype=np.int64)
    closes_at.flags.writeable = False
    coins = tuple(Coin(coin) for coin in rows.coins)
    return Candles(coins, interval, closes_at, bars, _gaps(row, rows.coin, len(coins)))


def _gaps(row: Whole, coin: Whole, coins: int) -> tuple[int, ...]:
    first = np.full(coins, np.iinfo(np.int64).max)
    last = np.full(coins, -1)
    np.minimum.at(first, coin, row)
    np.maximum.at(last, coin, row)
    there = np.bincount(coin, minlength=coins)
    return tuple((last - first + 1 - there).tolist())
