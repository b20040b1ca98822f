"""Text in cells as times and numbers; what cannot be read is told with its line."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from trimtab.adapters.imports.imported import MOMENT
from trimtab.adapters.parquet.errors import DataError

_UNITS = ((1e17, 1e-3), (1e14, 1.0), (1e11, 1e3), (0.0, 1e6))
"""Numbers from here on, and microseconds in one: nano-, micro-, milliseconds, seconds."""
_WITH_ZONE = ("%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f%#z")
_NAIVE = (
    "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M",
    "%Y/%m/%d %H:%M:%S%.f", "%Y/%m/%d %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M",
)  # fmt: skip
_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y")


def numbers(where: str, cells: pl.Series, first_line: int) -> pl.Series:
    """As float64; an empty cell is NaN. Raises DataError."""
    read = cells if cells.dtype.is_numeric() else _trimmed(cells).cast(pl.Float64, strict=False)
    _refuse(where, cells, read, first_line, "no number: write it as 1234.5")
    return read.cast(pl.Float64).fill_null(float("nan"))


class Reading(NamedTuple):
    """How the times of a file are read."""

    where: str
    zone: str
    """Of times that do not say theirs."""
    first_line: int = 1
    series: pl.Series | None = None
    """Whose rows they are, such as coins; each goes through a repeated hour by itself."""


def times(cells: pl.Series, how: Reading) -> pl.Series:
    """As moments in UTC. Raises DataError."""
    check_zone(how.zone)
    if isinstance(cells.dtype, pl.Datetime):
        return _placed(cells, how)
    if cells.dtype.is_numeric():
        return by_size(cells)
    text = _trimmed(cells).str.replace(r"Z$", "+00:00").str.replace(r" ?UTC$", "+00:00")
    if (counted := text.cast(pl.Float64, strict=False)).null_count() == text.null_count():
        return by_size(counted)
    return _all_read(cells, _best(text, how), how)


def _all_read(cells: pl.Series, read: pl.Series, how: Reading) -> pl.Series:
    complaint = f"no time (in {how.zone}): write it as 2024-03-01 05:00:00"
    _refuse(how.where, cells, read, how.first_line, complaint)
    if read.null_count():
        line = int(read.is_null().arg_max() or 0) + how.first_line
        raise DataError(f"{how.where}, line {line}: the time is empty: fill or remove the line")
    return read


def check_zone(zone: str) -> None:
    """Raises DataError for one that nobody knows."""
    try:
        pl.Series([0]).cast(pl.Datetime("us")).dt.replace_time_zone(zone)
    except pl.exceptions.PolarsError:
        raise DataError(
            f"--time-zone {zone}: no such zone: use one such as Europe/Berlin or UTC"
        ) from None


def by_size(cells: pl.Series) -> pl.Series:
    """Numbers since 1970 in whatever unit makes a year of our time of them."""
    factor = _micros_in_one(cells)
    whole = cells.cast(pl.Int64) if cells.dtype.is_integer() else cells.cast(pl.Float64)
    micros = whole // 1_000 if factor < 1.0 else whole * int(factor)
    return micros.cast(pl.Int64).cast(MOMENT)


def _micros_in_one(cells: pl.Series) -> float:
    middle = cells.drop_nulls().cast(pl.Float64).abs().median()
    size = float(middle) if isinstance(middle, int | float) else 0.0
    return next(times for least, times in _UNITS if size >= least)


def _trimmed(cells: pl.Series) -> pl.Series:
    text = cells.cast(pl.String).str.strip_chars()
    return text.set(text == "", None)


def _best(text: pl.Series, how: Reading) -> pl.Series:
    """By the format that reads most."""
    tries = [_read(text, form, utc=True) for form in _WITH_ZONE]
    tries += [_placed(_read(text, form, utc=False), how) for form in _NAIVE]
    tries += [_placed(_read(text + " 00:00", f"{form} %H:%M", utc=False), how) for form in _DAYS]
    return min(tries, key=pl.Series.null_count)


def _read(text: pl.Series, form: str, *, utc: bool) -> pl.Series:
    kind = MOMENT if utc else pl.Datetime("us")
    return text.str.strptime(kind, form, strict=False)


def _placed(moments: pl.Series, how: Reading) -> pl.Series:
    """Local times in UTC. An hour that is there twice is first one of summer, then of winter."""
    if isinstance(moments.dtype, pl.Datetime) and moments.dtype.time_zone is not None:
        return moments.dt.convert_time_zone("UTC").cast(MOMENT)
    frame = pl.DataFrame({"at": moments.cast(pl.Datetime("us"))})
    frame = frame.with_columns(
        pl.lit("").alias("series") if how.series is None else how.series.alias("series")
    )
    again = pl.when(_is_again(moments)).then(pl.lit("latest")).otherwise(pl.lit("earliest"))
    local = pl.col("at").dt.replace_time_zone(how.zone, ambiguous=again, non_existent="null")
    return frame.select(local.dt.convert_time_zone("UTC"))["at"]


def _is_again(moments: pl.Series) -> pl.Expr:
    """The same series has this time already, seen in the direction in which the file goes."""
    known = moments.drop_nulls()
    backwards = len(known) > 0 and known[0] > known[-1]
    return pl.col("at").cum_count(reverse=backwards).over("at", "series") > 1


def _refuse(where: str, cells: pl.Series, read: pl.Series, first_line: int, complaint: str) -> None:
    text = cells.cast(pl.String).str.strip_chars()
    wrong = read.is_null() & text.is_not_null() & (text != "")
    if wrong.any():
        row = int(wrong.arg_max() or 0)
        raise DataError(
            f"{where}, line {row + first_line}: {cells.name} is {text[row]!r}, {complaint}"
        )
