"""Files as other programs write them, of one small market."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import polars as pl

from tests.builders.files import candles, funding
from tests.builders.market import world

WORLD = world(5, 72, gaps=False)
CANDLES, FUNDING = candles(WORLD), funding(WORLD)
COINS = CANDLES["symbol"].unique(maintain_order=True).to_list()
FIGURES = ("open", "high", "low", "close", "volume")


def of(coin: str, frame: pl.DataFrame = CANDLES) -> pl.DataFrame:
    """The rows of a coin."""
    return frame.filter(pl.col("symbol") == coin)


def milliseconds(frame: pl.DataFrame) -> list[int]:
    """Times as most programs write them."""
    return frame["ts"].dt.epoch("ms").to_list()


def freqtrade_candles(coin: str) -> pl.DataFrame:
    """Columns and types of its feather and Parquet files."""
    return of(coin).select(pl.col("ts").cast(pl.Datetime("ms", "UTC")).alias("date"), *FIGURES)


def freqtrade_rates(coin: str) -> pl.DataFrame:
    """The rate stands in `open`; exchanges stamp it some milliseconds late."""
    zero = [pl.lit(0.0).alias(name) for name in FIGURES[1:]]
    late = pl.col("ts").cast(pl.Datetime("ms", "UTC")) + pl.duration(milliseconds=7)
    return of(coin, FUNDING).select(late.alias("date"), pl.col("rate").alias("open"), *zero)


def write_freqtrade(folder: Path) -> Path:
    """A folder with files of all its kinds."""
    folder.mkdir()
    feather, parquet, plain, packed = COINS
    freqtrade_candles(feather).write_ipc(
        folder / f"{feather}_USDT_USDT-1h-futures.feather", compression="lz4"
    )
    freqtrade_candles(parquet).write_parquet(folder / f"{parquet}_USDT_USDT-1h-futures.parquet")
    for coin, ending in ((plain, "json"), (packed, "json.gz")):
        frame = freqtrade_candles(coin)
        rows = [
            [at, *row[1:]] for at, row in zip(milliseconds(of(coin)), frame.rows(), strict=True)
        ]
        text = json.dumps(rows).encode()
        path = folder / f"{coin}_USDT_USDT-1h-futures.{ending}"
        path.write_bytes(gzip.compress(text) if ending.endswith("gz") else text)
    for coin in COINS:
        freqtrade_rates(coin).write_ipc(
            folder / f"{coin}_USDT_USDT-8h-funding_rate.feather", compression="lz4"
        )
        freqtrade_candles(coin).write_ipc(folder / f"{coin}_USDT_USDT-8h-mark.feather")
    return folder


def write_jesse(path: Path, *, header: bool) -> Path:
    """Its table of candles as CSV, or the bare figures of one coin; the close comes second."""
    order = ("open", "close", "high", "low", "volume")
    if header:
        frame = CANDLES.select(
            pl.int_range(pl.len()).alias("id"), pl.col("ts").dt.epoch("ms").alias("timestamp"), *order,
            pl.lit("Binance Perpetual Futures").alias("exchange"),
            (pl.col("symbol") + "-USDT").alias("symbol"), pl.lit("1h").alias("timeframe"),
        )  # fmt: skip
    else:
        frame = of("BTC").select(pl.col("ts").dt.epoch("ms"), *order)
    frame.write_csv(path, include_header=header)
    return path


def write_hyperliquid(path: Path) -> Path:
    """Answers to candleSnapshot, one for each coin; prices are text."""
    answers = [
        [
            {
                "t": at, "T": at + 3_599_999, "s": coin, "i": "1h",
                "o": repr(row[2]), "h": repr(row[3]), "l": repr(row[4]), "c": repr(row[5]),
                "v": repr(row[6]), "n": 12,
            }
            for at, row in zip(milliseconds(of(coin)), of(coin).rows(), strict=True)
        ]
        for coin in COINS
    ]  # fmt: skip
    path.write_text(json.dumps(answers), encoding="utf-8")
    return path


def write_hyperliquid_funding(path: Path) -> Path:
    """Answers to fundingHistory; stamped some milliseconds late."""
    entries = [
        {"coin": row[1], "fundingRate": repr(row[2]), "premium": "0.0", "time": at + 63}
        for at, row in zip(milliseconds(FUNDING), FUNDING.rows(), strict=True)
    ]
    path.write_text(json.dumps(entries), encoding="utf-8")
    return path
