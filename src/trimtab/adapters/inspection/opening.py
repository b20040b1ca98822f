"""Which of the three contracts a file follows, and its rows, however wrong they are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.adapters.inspection.finding import TIME, About, Found, joined, told
from trimtab.adapters.inspection.track import Track, Whole, track_of
from trimtab.adapters.parquet.errors import DataError

Contract = Literal["candles", "predictions", "funding"]
NEEDED: Mapping[Contract, tuple[str, ...]] = {
    "predictions": ("issued_at", "topic", "symbol", "horizon_s", "kind", "value"),
    "candles": ("ts", "symbol", "open", "high", "low", "close", "volume"),
    "funding": ("ts", "symbol", "rate"),
}
_OPTIONAL = ("lower", "upper", "data_until")
_MOMENTS = ("ts", "issued_at", "data_until")
_WORDS = ("symbol", "topic", "kind")
_UNITS = ((10**17, 1, 1_000), (10**14, 1, 1), (10**11, 1_000, 1), (0, 1_000_000, 1))
"""A whole number from here on: microseconds = number * this // this."""


class Sheet(Struct, frozen=True, eq=False):
    """A file's rows in the order of its track; those without time or symbol are left out."""

    contract: Contract
    track: Track
    columns: Mapping[str, NDArray[np.float64]]
    """The figures; empty cells are NaN."""
    words: Mapping[str, pl.Series]
    data_until: Whole | None
    """UTC microseconds; the least number where the cell is empty."""
    found: Found
    """What was found on opening."""
    rows: int
    """In the file."""


def open_sheet(path: Path) -> Sheet:
    """Raises DataError for a file that cannot be read or that follows none of the contracts."""
    frame = _frame(path)
    contract = _contract(path, frame.columns)
    optional = [name for name in _OPTIONAL if contract == "predictions" and name in frame.columns]
    frame = frame.select(*NEEDED[contract], *optional).with_row_index("row")
    found = [_told_types(frame, name) for name in frame.columns]
    frame = frame.with_columns(_plain(path, frame[name]) for name in frame.columns[1:])
    clock = NEEDED[contract][0]
    keys = [clock, *(name for name in _WORDS if name in frame.columns)]
    found += [_told_empty(frame, name) for name in keys]
    whole = frame.drop_nulls(keys)
    if not len(whole):
        raise DataError(f"{path}: no row with a time and a symbol: check how the file was made")
    return _sheet(contract, whole, clock, joined(found), len(frame))


def _frame(path: Path) -> pl.DataFrame:
    if not path.is_file():
        raise DataError(f"{path}: no such file: check the path")
    try:
        return pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError):
        raise DataError(
            f"{path}: not a Parquet file: make one of it by `trimtab data import {path} --out FILE`"
        ) from None


def _contract(path: Path, columns: list[str]) -> Contract:
    for contract, needed in NEEDED.items():
        if set(needed) <= set(columns):
            return contract
    wanted = "; ".join(f"{name} need {', '.join(needed)}" for name, needed in NEEDED.items())
    raise DataError(
        f"{path}: neither candles, predictions nor funding: it has the columns "
        f"{', '.join(columns)}; {wanted}: rename the columns, or use `trimtab data import`"
    )


def _told_types(frame: pl.DataFrame, name: str) -> Found:
    dtype = frame[name].dtype
    if name not in _MOMENTS or isinstance(dtype, pl.Datetime):
        return Found()
    about = About(
        "error", "type", name, "is no timestamp; read by its size", "write a timestamp in UTC"
    )
    return told(about, len(frame), ["the whole column"], str(dtype))


def _told_empty(frame: pl.DataFrame, name: str) -> Found:
    empty = frame[name].is_null()
    rows = frame["row"].filter(empty).head(5).to_list()
    about = About("error", "empty", name, "is empty; such rows were left out", "fill or remove it")
    return told(about, int(empty.sum()), (f"row {row + 1}" for row in rows))


def _plain(path: Path, column: pl.Series) -> pl.Series:
    try:
        if column.name in _MOMENTS:
            return _moments(column)
        if column.name in _WORDS:
            return column.cast(pl.String).cast(pl.Categorical)
        return column.cast(pl.Float64)
    except pl.exceptions.PolarsError:
        raise DataError(
            f"{path}: column {column.name} is {column.dtype}, which cannot be read as "
            f"{'a time' if column.name in _MOMENTS else 'a number'}: convert it"
        ) from None


def _moments(column: pl.Series) -> pl.Series:
    if isinstance(column.dtype, pl.Datetime):
        return column.dt.epoch("us")
    if isinstance(column.dtype, pl.String):
        return column.str.to_datetime(time_unit="us", time_zone="UTC").dt.epoch("us")
    if isinstance(column.dtype, pl.Date):
        return column.cast(pl.Datetime("us")).dt.epoch("us")
    numbers = column.cast(pl.Int64)
    size = abs(int(numbers.drop_nulls().abs().median() or 0))  # type: ignore[arg-type]
    _, times, over = next(unit for unit in _UNITS if size >= unit[0])
    return numbers * times // over


def _sheet(contract: Contract, frame: pl.DataFrame, clock: str, found: Found, rows: int) -> Sheet:
    keys = ["topic", "symbol"] if contract == "predictions" else ["symbol"]
    names, code = _series(frame, keys)
    at = frame[clock].to_numpy()
    track, order = track_of(names, code, at, frame["row"].to_numpy().astype(np.int64))
    until = None
    if "data_until" in frame.columns:
        until = frame["data_until"].fill_null(np.iinfo(np.int64).min).to_numpy()[order]
    figures = [name for name in frame.columns if frame[name].dtype == pl.Float64]
    columns = {name: frame[name].fill_null(np.nan).to_numpy()[order] for name in figures}
    words = {name: frame[name].gather(order) for name in _WORDS if name in frame.columns}
    backward = _backward(names, code, at)
    return Sheet(contract, track, columns, words, until, joined((found, backward)), rows)


def _series(frame: pl.DataFrame, keys: list[str]) -> tuple[tuple[str, ...], Whole]:
    """Names of the series as they first appear, and the place of each row's among them."""
    codes = [frame[key].to_physical().to_numpy().astype(np.int64) for key in keys]
    together = codes[0] if len(codes) == 1 else codes[0] * (int(codes[1].max()) + 1) + codes[1]
    _, first, code = np.unique(together, return_index=True, return_inverse=True)
    heads = frame.select(keys)[np.sort(first).tolist()].cast(pl.String).rows()
    return tuple(" on ".join(words) for words in heads), np.argsort(np.argsort(first))[code]


def _backward(names: tuple[str, ...], code: Whole, at: Whole) -> Found:
    """Rows that come after a later one of their series: readers refuse them."""
    order = np.argsort(code.astype(np.uint32), kind="stable")
    track = Track(names, code[order], at[order], order)
    wrong = track.together & (np.diff(track.at, prepend=track.at[:1]) < 0)
    about = About(
        "error", "unsorted", TIME, "goes back in time within its series", "sort the file by time"
    )
    rows = np.flatnonzero(wrong)
    return told(about, len(rows), map(track.place, rows[:5]))
