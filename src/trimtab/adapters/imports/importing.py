"""Files of other programs as one table that follows our contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, get_args

import polars as pl
from msgspec import Struct

from trimtab.adapters.disk import put_in_place, synchronise
from trimtab.adapters.imports import freqtrade, hyperliquid, text_table
from trimtab.adapters.imports.imported import Contract, Piece, Wish
from trimtab.adapters.imports.names import bar_length
from trimtab.adapters.inspection.track import commonest
from trimtab.adapters.parquet.errors import DataError, length
from trimtab.domain.units import Micros

Layout = Literal["freqtrade", "jesse", "csv", "hyperliquid"]
LAYOUTS: tuple[Layout, ...] = get_args(Layout)
_ENDINGS: Mapping[Layout, tuple[str, ...]] = {
    "freqtrade": (".feather", ".parquet", ".json", ".json.gz"),
    "jesse": (".csv",),
    "csv": (".csv", ".txt", ".tsv"),
    "hyperliquid": (".json",),
}
_READERS: Mapping[Layout, Callable[[Path, Wish], Piece]] = {
    "freqtrade": freqtrade.read,
    "jesse": lambda path, wish: text_table.read(path, wish, text_table.JESSE),
    "csv": text_table.read,
    "hyperliquid": hyperliquid.read,
}


class Imported(Struct, frozen=True, eq=False):
    """The table, and what a person should know about how it came about."""

    layout: Layout
    contract: Contract
    frame: pl.DataFrame
    words: tuple[str, ...]


def read_source(source: Path, wish: Wish, layout: Layout | None = None) -> Imported:
    """A file, or all files of a folder. Raises DataError."""
    paths = _paths(source)
    chosen = layout or _detected(paths)
    fitting = [path for path in paths if path.name.endswith(_ENDINGS[chosen])]
    if not fitting:
        raise DataError(
            f"{source}: no file that ends in {', '.join(_ENDINGS[chosen])}, as those of {chosen} do: "
            "check the path or --from-layout"
        )
    if chosen == "freqtrade" and source.is_dir():
        fitting = freqtrade.wanted(fitting, wish)
    pieces = _of_one_kind([_READERS[chosen](path, wish) for path in fitting], wish)
    words = tuple(word for piece in pieces for word in piece.words)
    frame, more = _arranged(_together(pieces), pieces[0].contract, wish)
    return Imported(chosen, pieces[0].contract, frame, (*words, *more))


def save(frame: pl.DataFrame, path: Path) -> None:
    """Under its name only when it is whole. Raises DataError."""
    partial = path.with_name(f"{path.name}.partial")
    try:
        frame.write_parquet(partial, compression="zstd")
        synchronise(partial)
        put_in_place(partial, path)
    except OSError as error:
        raise DataError(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)


def _together(pieces: list[Piece]) -> pl.DataFrame:
    columns = pieces[0].frame.columns
    return pl.concat([piece.frame.select(sorted(columns)) for piece in pieces])


def _paths(source: Path) -> list[Path]:
    if source.is_file():
        return [source]
    if not source.is_dir():
        raise DataError(f"{source}: no such file or folder: check the path")
    paths = sorted(path for path in source.iterdir() if path.is_file())
    if not paths:
        raise DataError(f"{source}: an empty folder: check the path")
    return paths


def _detected(paths: list[Path]) -> Layout:
    """By names first, then by contents. Raises DataError."""
    for path in paths:
        if freqtrade.name_of(path):
            return "freqtrade"
        if path.suffix == ".json":
            return "hyperliquid"
        if path.name.endswith(_ENDINGS["csv"]):
            return "jesse" if text_table.is_jesse(path) else "csv"
    raise DataError(
        f"{paths[0]}: of no layout that is known: name it by --from-layout {'|'.join(LAYOUTS)}"
    )


def _of_one_kind(pieces: list[Piece], wish: Wish) -> list[Piece]:
    """Funding or candles; a folder may have both."""
    wanted: Contract = "funding" if wish.funding else "candles"
    return [piece for piece in pieces if piece.contract == wanted] or pieces


def _arranged(
    frame: pl.DataFrame, contract: Contract, wish: Wish
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """By time and symbol, equal rows once, each bar at its open."""
    words: list[str] = []
    once = frame.unique(maintain_order=True)
    if len(once) < len(frame):
        words.append(f"{len(frame) - len(once):,} rows were there twice and are left out once")
    if contract == "candles" and wish.stamp == "close":
        interval = _interval(once, wish)
        once = once.with_columns(pl.col("ts").dt.round("1s") - pl.duration(microseconds=interval))
        words.append(f"times were those of the close: {length(interval)} were taken off")
    names = ("open", "high", "low", "close", "volume") if contract == "candles" else ("rate",)
    ordered = once.select("ts", "symbol", *names).sort("ts", "symbol", maintain_order=True)
    return ordered, tuple(words)


def _interval(frame: pl.DataFrame, wish: Wish) -> Micros:
    told = bar_length(wish.timeframe) if wish.timeframe else None
    if told is not None:
        return told
    steps = (
        frame.sort("symbol", "ts")
        .select(pl.col("ts").diff().over("symbol").dt.total_microseconds().alias("step"))["step"]
        .drop_nulls()
    )
    found = commonest(steps.filter(steps > 0).to_numpy())
    if not found:
        raise DataError("--stamp close: one bar does not tell how long it is: give --timeframe")
    return Micros(found)
