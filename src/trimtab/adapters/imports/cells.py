"""Text in cells as times and numbers; what cannot be read is told with its line."""

from __future__ import annotations

from zoneinfo import ZoneInfo, available_timezones

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


def times(where: str, cells: pl.Series, zone: str, first_line: int) -> pl.Series:
    """As moments in UTC. `zone` is that of times that do not say theirs. Raises DataError."""
    known_zone(zone)
    if isinstance(cells.dtype, pl.Datetime):
        return _placed(cells, zone)
    if cells.dtype.is_numeric():
        return by_size(cells)
    text = _trimmed(cells).str.replace(r"Z$", "+00:00").str.replace(r" ?UTC$", "+00:00")
    if (counted := text.cast(pl.Float64, strict=False)).null_count() == text.null_count():
        return by_size(counted)
    read = _best(text, zone)
    _refuse(where, cells, read, first_line, "no time: write it as 2024-03-01 05:00:00")
    if read.null_count():
        line = int(read.is_null().arg_max() or 0) + first_line
        raise DataError(f"{where}, line {line}: the time is empty: fill or remove the line")
    return read


def known_zone(zone: str) -> ZoneInfo:
    """Raises DataError for one that nobody knows."""
    if zone not in available_timezones():
        raise DataError(f"--time-zone {zone}: no such zone: use one such as Europe/Berlin or UTC")
    return ZoneInfo(zone)


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


def _best(text: pl.Series, zone: str) -> pl.Series:
    """By the format that reads most."""
    tries = [_read(text, form, utc=True) for form in _WITH_ZONE]
    tries += [_placed(_read(text, form, utc=False), zone) for form in _NAIVE]
    tries += [_placed(_read(text + " 00:00", f"{form} %H:%M", utc=False), zone) for form in _DAYS]
    return min(tries, key=pl.Series.null_count)


def _read(text: pl.Series, form: str, *, utc: bool) -> pl.Series:
    kind = MOMENT if utc else pl.Datetime("us")
    return text.str.strptime(kind, form, strict=False)


def _placed(moments: pl.Series, zone: str) -> pl.Series:
    """Local times in UTC. An hour that is there twice comes first in summer, then in winter time."""
    if isinstance(moments.dtype, pl.Datetime) and moments.dtype.time_zone is not None:
        return moments.dt.convert_time_zone("UTC").cast(MOMENT)
    again = pl.when(_is_again(moments)).then(pl.lit("latest")).otherwise(pl.lit("earliest"))
    frame = pl.DataFrame({"at": moments.cast(pl.Datetime("us"))})
    placed = frame.select(
        pl.col("at").dt.replace_time_zone(zone, ambiguous=again, non_existent="null")
    )
    return placed["at"].dt.convert_time_zone("UTC")


def _is_again(moments: pl.Series) -> pl.Series:
    """The clock was put back: this time was there already, and an hour has passed since."""
    behind = moments.diff() <= pl.Series([0]).cast(pl.Duration("us"))
    return moments.is_duplicated() & (~moments.is_first_distinct() | behind.fill_null(value=False))


def _refuse(where: str, cells: pl.Series, read: pl.Series, first_line: int, complaint: str) -> None:
    text = cells.cast(pl.String).str.strip_chars()
    wrong = read.is_null() & text.is_not_null() & (text != "")
    if wrong.any():
        row = int(wrong.arg_max() or 0)
        raise DataError(
            f"{where}, line {row + first_line}: {cells.name} is {text[row]!r}, {complaint}"
        )
