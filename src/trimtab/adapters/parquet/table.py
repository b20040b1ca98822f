"""Opening a Parquet file: is it there, is it one, has it the columns, of the right types?"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from os import PathLike
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trimtab.adapters.parquet.errors import DataError

PathText = str | PathLike[str]


class Kind(Enum):
    """What a column has to hold."""

    MOMENT = "a timestamp"
    TEXT = "text"
    NUMBER = "a number"
    INTEGER = "a whole number"


def open_table(
    path: PathText, needed: Mapping[str, Kind], optional: Mapping[str, Kind] | None = None
) -> pl.LazyFrame:
    """The needed and whichever optional columns there are; moments as UTC microseconds (Int64).

    Moments without a time zone are taken as UTC; an optional column without any value counts as
    missing. Raises DataError.
    """
    frame, schema = _scan(path)
    missing = [name for name in needed if name not in schema]
    if missing:
        raise DataError(
            f"{path}: column {_listed(missing)} missing; the file has {_listed(list(schema))}: "
            f"rename or add it"
        )
    there = {name for name, dtype in schema.items() if dtype != pl.Null}
    kinds = {**needed, **{name: k for name, k in (optional or {}).items() if name in there}}
    for name, kind in kinds.items():
        _check_type(path, name, kind, schema[name])
    return frame.select([_plain(name, kind) for name, kind in kinds.items()])


def collect(path: PathText, frame: pl.LazyFrame) -> pl.DataFrame:
    """The rows. Raises DataError where the file turns out to be damaged, or a cell to be empty."""
    try:
        rows = frame.collect()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise DataError(f"{path}: damaged ({_first_line(error)}): make the file anew") from None
    for name in rows.columns:
        if not rows[name].dtype.is_float() and rows[name].null_count():
            row = rows[name].is_null().arg_max()
            raise DataError(f"{path}: {name} is empty (row {row} of those read): fill or remove it")
    return rows


def numbers(rows: pl.DataFrame, name: str) -> NDArray[np.float64]:
    """A column as float64; empty cells are NaN."""
    return rows[name].to_numpy().astype(np.float64)


def moments(rows: pl.DataFrame, name: str) -> NDArray[np.int64]:
    """A column as whole numbers, such as UTC microseconds."""
    return rows[name].to_numpy()


def codes(rows: pl.DataFrame, name: str, words: list[str]) -> NDArray[np.int64]:
    """A column of text as places in `words`, which must name all that occurs."""
    return rows[name].cast(pl.Enum(words)).to_physical().to_numpy().astype(np.int64)


def order_of_appearance(rows: pl.DataFrame, name: str) -> list[str]:
    """The different words of a column."""
    return rows[name].unique(maintain_order=True).to_list()


def _scan(path: PathText) -> tuple[pl.LazyFrame, pl.Schema]:
    if not Path(path).is_file():
        raise DataError(f"{path}: no such file: check the path")
    try:
        frame = pl.scan_parquet(Path(path))
        return frame, frame.collect_schema()
    except (pl.exceptions.PolarsError, OSError):
        raise DataError(f"{path}: not a Parquet file: convert it to Parquet first") from None


def _check_type(path: PathText, name: str, kind: Kind, dtype: pl.DataType) -> None:
    fits = {
        Kind.MOMENT: isinstance(dtype, pl.Datetime),
        Kind.TEXT: isinstance(dtype, pl.String | pl.Categorical | pl.Enum),
        Kind.NUMBER: dtype.is_numeric(),
        Kind.INTEGER: dtype.is_integer(),
    }
    if not fits[kind]:
        raise DataError(f"{path}: column {name} is {dtype}; it must be {kind.value}: convert it")


def _plain(name: str, kind: Kind) -> pl.Expr:
    column = pl.col(name)
    match kind:
        case Kind.MOMENT:
            return column.dt.epoch("us")
        case Kind.TEXT:
            return column.cast(pl.Categorical)
        case Kind.INTEGER:
            return column.cast(pl.Int64)
        case Kind.NUMBER:
            return column


def _listed(names: list[str]) -> str:
    return ", ".join(names)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
