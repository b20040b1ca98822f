"""Forecasts on the grid of the candles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trimtab.adapters.inspection.forecast_figures import of_kind
from trimtab.adapters.inspection.opening import Sheet
from trimtab.adapters.inspection.track import Whole, commonest
from trimtab.adapters.parquet.candles import Candles
from trimtab.domain.observations import CLOSE
from trimtab.domain.units import SECOND

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class TopicOnGrid(NamedTuple):
    """One topic on the grid of the candles."""

    name: str
    ahead: int
    """Horizon in bars."""
    every: int
    """Bars between forecasts."""
    view: Floats
    """[bar, coin]: the log return that is forecast at its close."""
    price: Floats | None
    """The forecast price, where that is what the file has."""


class Cells(NamedTuple):
    """By row of the sheet: its place among the candles; -1 where there is none."""

    row: Whole
    coin: Whole

    @property
    def inside(self) -> Flags:
        """Which rows have a place."""
        there: Flags = (self.row >= 0) & (self.coin >= 0)
        return there


def cells(sheet: Sheet, candles: Candles) -> Cells:
    """Each row at the bar that closes at its time."""
    return Cells(_rows(sheet.track.at, candles), coins_of(sheet, candles))


def _rows(at: Whole, candles: Candles) -> Whole:
    since = at - int(candles.closes_at[0])
    row = np.where(since % candles.interval == 0, since // candles.interval, -1)
    row[(row < 0) | (row >= len(candles.closes_at))] = -1
    return row


def coins_of(sheet: Sheet, candles: Candles) -> Whole:
    """By row: the place of its coin among those of the candles; -1 where there is none."""
    places = {name: place for place, name in enumerate(map(str, candles.coins))}
    symbols = sheet.words["symbol"].cast(pl.String)
    return symbols.replace_strict(places, default=-1).to_numpy().astype(np.int64)


def is_partial(sheet: Sheet, candles: Candles) -> Flags:
    """By row: does its horizon end within a bar?"""
    within: Flags = (sheet.columns["horizon_s"] * SECOND) % candles.interval != 0
    return within


def topics_on_grid(sheet: Sheet, candles: Candles, places: Cells) -> Iterator[TopicOnGrid]:
    """Those that tell a direction, each by the kind and horizon of its first row."""
    topic = sheet.words["topic"].to_physical().to_numpy()
    usable = places.inside & _tells(sheet) & ~is_partial(sheet, candles)
    usable &= sheet.columns["horizon_s"] > 0.0
    codes, first = np.unique(topic[usable], return_index=True)
    for code in codes[np.argsort(first)]:
        yield _on_grid(sheet, candles, places, np.flatnonzero(usable & (topic == code)))


def _tells(sheet: Sheet) -> Flags:
    return of_kind(sheet, "price") | of_kind(sheet, "log_return")


def _on_grid(sheet: Sheet, candles: Candles, places: Cells, rows: Whole) -> TopicOnGrid:
    given = _table(sheet, candles, places, rows)
    first = int(rows[0])
    ahead = int(sheet.columns["horizon_s"][first] * SECOND) // candles.interval
    name, every = str(sheet.words["topic"][first]), _every(places.row[rows])
    if sheet.words["kind"][first] != "price":
        return TopicOnGrid(name, ahead, every, given, None)
    with np.errstate(divide="ignore", invalid="ignore"):
        return TopicOnGrid(name, ahead, every, np.log(given / candles.bars[:, CLOSE]), given)


def _table(sheet: Sheet, candles: Candles, places: Cells, rows: Whole) -> Floats:
    given = np.full(candles.bars[:, CLOSE].shape, np.nan)
    given[places.row[rows], places.coin[rows]] = sheet.columns["value"][rows]
    return given


def _every(row: Whole) -> int:
    bars = np.unique(row)
    return max(commonest(bars[1:] - bars[:-1]), 1)


def moved(price: Floats, start: int, bars: int) -> Floats:
    """[bar, coin]: the log return over `bars` bars that begin `start` bars after each close."""
    moves = np.full_like(price, np.nan)
    rows = len(price)
    begin, end = max(0, -start), rows - max(0, start + bars)
    if begin < end:
        moves[begin:end] = (
            price[begin + start + bars : end + start + bars] - price[begin + start : end + start]
        )
    return moves
