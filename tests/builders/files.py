"""The small seeded market as files, as a person would hand them to a command."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from tests.builders.market import World, world
from trimtab.domain.units import SECOND

FIELDS = ("open", "high", "low", "close", "volume")


class Files(NamedTuple):
    """Paths of Parquet files that belong together."""

    candles: Path
    predictions: Path
    funding: Path

    def options(self) -> list[str]:
        """As options of a command."""
        return [
            "--candles", str(self.candles), "--predictions", str(self.predictions),
            "--funding", str(self.funding),
        ]  # fmt: skip


def write_world(folder: Path, seed: int = 3, rows: int = 480, forecast_every: int = 5) -> Files:
    """Candles with gaps, forecasts of two topics and funding, from 2024-01-01 00:00 UTC on."""
    told = world(seed, rows, forecast_every=forecast_every)
    files = Files(*(folder / f"{name}.parquet" for name in Files._fields))
    candles(told).write_parquet(files.candles)
    predictions(told).write_parquet(files.predictions)
    funding(told).write_parquet(files.funding)
    return files


def candles(told: World) -> pl.DataFrame:
    """One row a bar; coins that have none are left out."""
    market = told.market
    coins = len(market.coins)
    columns = {name: market.bars[:, field].ravel() for field, name in enumerate(FIELDS)}
    frame = pl.DataFrame(
        {
            "ts": np.repeat(market.closes_at - market.interval, coins),
            "symbol": list(market.coins) * len(market.bars),
            **columns,
        }
    )
    return _timed(frame.filter(pl.col("close").is_finite()), "ts")


def predictions(told: World) -> pl.DataFrame:
    """One row a forecast."""
    views = told.forecasts
    instants, _, coins = views.values.shape
    topics = [
        pl.DataFrame(
            {
                "issued_at": np.repeat(views.instants, coins),
                "topic_id": number,
                "topic": topic.name,
                "symbol": list(views.coins) * instants,
                "horizon_s": topic.horizon // SECOND,
                "kind": topic.kind,
                "value": views.values[:, number].ravel(),
            }
        )
        for number, topic in enumerate(views.topics)
    ]
    frame = pl.concat(topics).filter(pl.col("value").is_finite())
    return _timed(frame.sort("issued_at", "topic_id", maintain_order=True), "issued_at")


def funding(told: World) -> pl.DataFrame:
    """One row a settlement and coin."""
    settled_at, coins = told.market.closes_at[7::8], told.market.coins
    frame = pl.DataFrame(
        {
            "ts": np.repeat(settled_at, len(coins)),
            "symbol": list(coins) * len(settled_at),
            "rate": told.rates.ravel(),
        }
    )
    return _timed(frame, "ts")


def _timed(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    return frame.with_columns(pl.col(name).cast(pl.Datetime("us", "UTC")))
