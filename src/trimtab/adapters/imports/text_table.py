"""CSV files: which column is which is given, or guessed from its name, and told.

Jesse's candles have the order timestamp, open, CLOSE, high, low, volume; with a header the names
tell, without one the order that fits the figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
from msgspec.structs import replace

from trimtab.adapters.imports.cells import Reading, numbers, times
from trimtab.adapters.imports.imported import FIGURES, Piece, Wish
from trimtab.adapters.imports.names import coin_of
from trimtab.adapters.imports.settlements import to_the_minute
from trimtab.adapters.parquet.errors import DataError

JESSE = ("ts", "open", "close", "high", "low", "volume")
USUAL = ("ts", *FIGURES)
_JESSE_HEADER = {"timestamp", "exchange", "timeframe", "symbol"}
_ALIASES: Mapping[str, tuple[str, ...]] = {
    "ts": ("ts", "timestamp", "time", "date", "datetime", "open_time", "opentime", "unix", "start"),
    "symbol": ("symbol", "pair", "coin", "ticker", "market", "asset", "base"),
    "open": ("open", "o", "open_price", "price_open"),
    "high": ("high", "h", "high_price", "price_high", "max"),
    "low": ("low", "l", "low_price", "price_low", "min"),
    "close": ("close", "c", "close_price", "price_close"),
    "volume": ("volume", "vol", "v", "volume_base", "base_volume"),
    "rate": ("rate", "fundingrate", "funding_rate", "last_funding_rate"),
}


def is_jesse(path: Path) -> bool:
    """By its header, or by the order of its figures."""
    table, header = _table(path)
    if header:
        return {name.strip().lower() for name in table.columns} >= _JESSE_HEADER
    return table.width == len(JESSE) and _order(path, table) == JESSE


def read(path: Path, wish: Wish, order: tuple[str, ...] | None = None) -> Piece:
    """One file; `order`: of the columns of a file without a header. Raises DataError."""
    table, header = _table(path)
    if not len(table):
        raise DataError(f"{path}: has no rows: check how it was made")
    if not header:
        _refuse_names(path, wish)
        table = _named(table, order or _order(path, table))
    found = _guessed(path, list(table.columns), wish.columns)
    words = ", ".join(f"{ours} = {theirs}" for ours, theirs in found.items())
    piece = _piece(path, table, found, wish, (f"{path.name}: {words}", 2 if header else 1))
    return _of_timeframe(path, table, piece, wish)


def _refuse_names(path: Path, wish: Wish) -> None:
    if wish.columns:
        raise DataError(f"{path}: has no header, so that --column names nothing: leave it out")


def _table(path: Path) -> tuple[pl.DataFrame, bool]:
    """All as text, and whether there is a header."""
    try:
        first = path.open(encoding="utf-8-sig").readline()
        separator = max(",;\t", key=first.count)
        cell = first.split(separator)[0].strip().strip('"')
        header = not cell.replace(".", "", 1).isdigit()
        table = pl.read_csv(path, has_header=header, separator=separator, infer_schema=False)
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"{path}: no CSV ({str(error).partition(chr(10))[0]}): convert it"
        ) from None
    return table, header


def _of_timeframe(path: Path, table: pl.DataFrame, piece: Piece, wish: Wish) -> Piece:
    """The rows of one bar length, where a column says it. Raises DataError."""
    told = table["timeframe"] if "timeframe" in table.columns else pl.Series([], dtype=pl.String)
    lengths = sorted(told.drop_nulls().unique().to_list())
    if not lengths:
        return piece
    if wish.timeframe is None and len(lengths) > 1:
        raise DataError(f"{path}: has bars of {', '.join(lengths)}: choose one by --timeframe")
    if wish.timeframe not in (None, *lengths):
        raise DataError(f"{path}: --timeframe {wish.timeframe}: it has {', '.join(lengths)}")
    chosen = told == (wish.timeframe or lengths[0])
    return replace(piece, frame=piece.frame.filter(chosen))


def _named(table: pl.DataFrame, order: tuple[str, ...]) -> pl.DataFrame:
    return table.select(table.columns[: len(order)]).rename(
        dict(zip(table.columns, order, strict=False))
    )


def _order(path: Path, table: pl.DataFrame) -> tuple[str, ...]:
    """Which order makes every high the highest and every low the lowest. Raises DataError."""
    if table.width < len(USUAL):
        raise DataError(
            f"{path}: {table.width} columns without a header: add a header, such as {','.join(USUAL)}"
        )
    fitting = [order for order in (USUAL, JESSE) if _fits(_named(table, order))]
    if len(fitting) != 1:
        raise DataError(
            f"{path}: has no header, and its figures do not tell which column is which: add a "
            f"header, such as {','.join(USUAL)}, or name the layout by --from-layout"
        )
    return fitting[0]


def _fits(table: pl.DataFrame) -> bool:
    plain = table.select(pl.col("open", "high", "low", "close").cast(pl.Float64, strict=False))
    most, least = pl.max_horizontal("open", "close"), pl.min_horizontal("open", "close")
    good = plain.select(((pl.col("high") >= most) & (pl.col("low") <= least)).mean()).item()
    return bool(good is not None and good > 0.99)


def _guessed(path: Path, theirs: list[str], given: Mapping[str, str]) -> dict[str, str]:
    """Their names by ours. Raises DataError for what is missing."""
    if strange := [name for name in given if name not in _ALIASES]:
        raise DataError(f"--column {strange[0]}=...: use one of {', '.join(_ALIASES)}")
    if lost := [name for name in given.values() if name not in theirs]:
        raise DataError(
            f"{path}: no column {lost[0]}; it has {', '.join(theirs)}: correct --column"
        )
    plain = {name.strip().lower().replace(" ", "_"): name for name in reversed(theirs)}
    found = dict(given)
    for ours, aliases in _ALIASES.items():
        match = next((plain[alias] for alias in aliases if alias in plain), None)
        if ours not in found and match is not None:
            found[ours] = match
    if "volume" not in found and (volume := _volume_of_coins(theirs)):
        found["volume"] = volume
    needed = ("ts", "rate") if _is_funding(found) else USUAL
    if missing := [name for name in needed if name not in found]:
        raise DataError(
            f"{path}: no column for {', '.join(missing)}; it has {', '.join(theirs)}: "
            f"name it by --column {missing[0]}=THEIRS"
        )
    return {name: found[name] for name in (*needed, "symbol") if name in found}


def _is_funding(found: Mapping[str, str]) -> bool:
    return "rate" in found and "close" not in found


def _volume_of_coins(theirs: list[str]) -> str | None:
    """Such as `Volume BTC` beside `Volume USDT`."""
    return next(
        (
            name
            for name in theirs
            if name.lower().startswith("volume ")
            and not name.upper().endswith(("USD", "USDT", "USDC"))
        ),
        None,
    )


def _piece(
    path: Path, table: pl.DataFrame, found: dict[str, str], wish: Wish, told: tuple[str, int]
) -> Piece:
    words, first = told
    symbol, guess = _symbols(path, table, found, wish)
    how = Reading(str(path), wish.time_zone, first, symbol)
    at = times(table[found["ts"]], how).alias("ts")
    if _is_funding(found):
        rate = numbers(str(path), table[found["rate"]], first).alias("rate")
        return Piece("funding", pl.DataFrame([to_the_minute(at), symbol, rate]), (words, *guess))
    figures = [numbers(str(path), table[found[name]], first).alias(name) for name in FIGURES]
    return Piece("candles", pl.DataFrame([at, symbol, *figures]), (words, *guess))


def _symbols(
    path: Path, table: pl.DataFrame, found: dict[str, str], wish: Wish
) -> tuple[pl.Series, tuple[str, ...]]:
    if wish.symbol is None and "symbol" in found:
        theirs = table[found["symbol"]]
        coins = {name: coin_of(name) for name in theirs.drop_nulls().unique().to_list()}
        return theirs.replace_strict(coins, default=None).alias("symbol"), ()
    coin = wish.symbol or coin_of(path.name.split(".")[0])
    guess = () if wish.symbol else (f"{path.name}: symbol {coin}, from the file's name",)
    return pl.Series("symbol", [coin]).new_from_index(0, len(table)), guess
