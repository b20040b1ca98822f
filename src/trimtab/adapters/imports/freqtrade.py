"""The files of freqtrade: one for each pair, bar length and kind, named after them.

Candles have the columns date, open, high, low, close, volume; in JSON they are lists in that order
with milliseconds. Funding has the same columns, the rate stands in `open`.
"""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import msgspec
import polars as pl
from msgspec import Struct

from trimtab.adapters.imports.cells import Reading, numbers, times
from trimtab.adapters.imports.imported import FIGURES, Piece, Wish
from trimtab.adapters.imports.settlements import to_the_minute
from trimtab.adapters.parquet.errors import DataError

_NAME = re.compile(
    r"(?P<base>[A-Za-z0-9]+)_(?P<quote>[A-Za-z0-9]+?)(_[A-Za-z0-9]+)?-(?P<timeframe>\d+[mhdwM])"
    r"(-(?P<kind>futures|funding_rate|mark|index|premiumIndex|spot))?\.(feather|parquet|json|json\.gz)"
)
_COLUMNS = ("date", *FIGURES)
_CANDLES, _RATES = (None, "futures", "spot"), ("funding_rate",)


class Name(Struct, frozen=True):
    """What a file's name says."""

    coin: str
    timeframe: str
    kind: str | None


def name_of(path: Path) -> Name | None:
    """None for a file of somebody else."""
    match = _NAME.fullmatch(path.name)
    return Name(match["base"], match["timeframe"], match["kind"]) if match else None


def wanted(paths: list[Path], wish: Wish) -> list[Path]:
    """Those of the kind and bar length asked for. Raises DataError where that is not one choice."""
    kinds = _RATES if wish.funding else _CANDLES
    named = [(path, name) for path in paths if (name := name_of(path)) and name.kind in kinds]
    lengths = sorted({name.timeframe for _, name in named})
    if wish.timeframe is None and len(lengths) > 1:
        raise DataError(
            f"{paths[0].parent}: has bars of {', '.join(lengths)}: choose one by --timeframe"
        )
    chosen = [path for path, name in named if wish.timeframe in (None, name.timeframe)]
    if not chosen:
        raise DataError(
            f"{paths[0].parent}: no {'funding rates' if wish.funding else 'candles'} of freqtrade "
            f"there: it has {', '.join(path.name for path in paths[:5])}: check --timeframe and --funding"
        )
    return chosen


def read(path: Path, wish: Wish) -> Piece:
    """One file. Raises DataError."""
    name = name_of(path)
    table = _table(path)
    missing = [column for column in ("date", "open") if column not in table.columns]
    if missing:
        raise DataError(f"{path}: column {', '.join(missing)} missing; is it a file of freqtrade?")
    coin = wish.symbol or (name.coin if name else path.stem)
    at = times(table["date"], Reading(str(path), wish.time_zone)).alias("ts")
    symbol = pl.lit(coin).alias("symbol")
    if name is not None and name.kind in _RATES:
        rate = numbers(str(path), table["open"], 1).alias("rate")
        return Piece("funding", pl.DataFrame([to_the_minute(at), rate]).with_columns(symbol))
    if lost := [column for column in FIGURES if column not in table.columns]:
        raise DataError(f"{path}: column {', '.join(lost)} missing; is it a file of freqtrade?")
    figures = [numbers(str(path), table[column], 1) for column in FIGURES]
    return Piece("candles", pl.DataFrame([at, *figures]).with_columns(symbol))


def _table(path: Path) -> pl.DataFrame:
    try:
        if path.suffix == ".feather":
            return pl.read_ipc(path)
        if path.suffix == ".parquet":
            return pl.read_parquet(path)
        return _from_json(path)
    except (pl.exceptions.PolarsError, OSError, EOFError, msgspec.DecodeError) as error:
        raise DataError(
            f"{path}: damaged ({str(error).partition(chr(10))[0]}): fetch it again"
        ) from None


def _from_json(path: Path) -> pl.DataFrame:
    raw = path.read_bytes()
    text = gzip.decompress(raw) if path.suffix == ".gz" else raw
    rows = msgspec.json.decode(text, type=list[list[float | None]])
    for number, row in enumerate(rows, 1):
        if len(row) != len(_COLUMNS):
            raise DataError(f"{path}, row {number}: has {len(row)} figures, not {len(_COLUMNS)}")
    return pl.DataFrame(rows, dict.fromkeys(_COLUMNS, pl.Float64), orient="row")
