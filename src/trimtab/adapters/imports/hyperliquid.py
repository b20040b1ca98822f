"""What Hyperliquid's API answers to candleSnapshot and fundingHistory, kept as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec
import polars as pl
from msgspec import Struct

from trimtab.adapters.imports.cells import by_size, numbers
from trimtab.adapters.imports.imported import FIGURES, Piece, Wish
from trimtab.adapters.imports.names import coin_of
from trimtab.adapters.imports.settlements import to_the_minute
from trimtab.adapters.parquet.errors import DataError

Entry = TypeVar("Entry", bound=Struct)


class Candle(Struct, frozen=True):
    """One bar; the API's own letters."""

    t: int
    """Open, milliseconds."""
    s: str
    i: str
    o: str | float
    h: str | float
    l: str | float  # noqa: E741
    c: str | float
    v: str | float


class Settlement(Struct, frozen=True):
    """One funding payment."""

    coin: str
    fundingRate: str | float  # noqa: N815
    time: int
    """Milliseconds."""


def read(path: Path, wish: Wish) -> Piece:
    """One file: a list of answers' entries, or of such lists. Raises DataError."""
    entries = _entries(path)
    if _is_funding(entries[0]):
        return _funding(path, _typed(path, entries, Settlement))
    return _candles(path, _typed(path, entries, Candle), wish)


def _is_funding(entry: object) -> bool:
    return isinstance(entry, dict) and "fundingRate" in entry


def _entries(path: Path) -> list[object]:
    try:
        raw = path.read_bytes()
        whole = msgspec.json.decode(raw, type=list[object])
        if whole and isinstance(whole[0], list):
            answers = msgspec.json.decode(raw, type=list[list[object]])
            whole = [entry for answer in answers for entry in answer]
    except (msgspec.DecodeError, OSError) as error:
        raise DataError(f"{path}: no JSON list ({error}): save the API's answer as it is") from None
    if not whole:
        raise DataError(f"{path}: an empty list: ask the API for a longer time")
    return whole


def _typed(path: Path, entries: list[object], kind: type[Entry]) -> list[Entry]:
    found: list[Entry] = []
    for number, entry in enumerate(entries, 1):
        try:
            found.append(msgspec.convert(entry, kind))
        except msgspec.ValidationError as error:
            raise DataError(
                f"{path}, entry {number}: no {kind.__name__.lower()} of Hyperliquid ({error}): "
                "correct or remove it"
            ) from None
    return found


def _candles(path: Path, entries: list[Candle], wish: Wish) -> Piece:
    lengths = sorted({one.i for one in entries})
    if wish.timeframe is None and len(lengths) > 1:
        raise DataError(f"{path}: has bars of {', '.join(lengths)}: choose one by --timeframe")
    chosen = [one for one in entries if wish.timeframe in (None, one.i)]
    if not chosen:
        raise DataError(f"{path}: --timeframe {wish.timeframe}: it has {', '.join(lengths)}")
    columns = [
        numbers(str(path), pl.Series(name, [str(getattr(one, name[0])) for one in chosen]), 1)
        for name in FIGURES
    ]
    at = by_size(pl.Series("ts", [one.t for one in chosen]))
    symbol = pl.Series("symbol", [coin_of(one.s) for one in chosen])
    return Piece("candles", pl.DataFrame([at, symbol, *columns]))


def _funding(path: Path, entries: list[Settlement]) -> Piece:
    at = to_the_minute(by_size(pl.Series("ts", [one.time for one in entries])))
    symbol = pl.Series("symbol", [coin_of(one.coin) for one in entries])
    text = pl.Series("rate", [str(one.fundingRate) for one in entries])
    return Piece("funding", pl.DataFrame([at, symbol, numbers(str(path), text, 1)]))
