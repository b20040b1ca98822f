"""Small Parquet files for tests of the readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from trimtab.adapters.parquet.candles import Candles
from trimtab.domain.units import DAY, HOUR, Coin, Micros

MONDAY = Micros(19_723 * DAY)
"""2024-01-01 00:00 UTC."""

Row = Mapping[str, object]


def at(hours: float) -> Micros:
    """A moment so many hours after MONDAY."""
    return Micros(MONDAY + int(hours * HOUR))


def bar(symbol: str, hour: float, **changes: object) -> Row:
    """A good bar that opens at `hour`."""
    figures = {"open": 10.0, "high": 12.0, "low": 9.0, "close": 11.0, "volume": 5.0}
    return {"ts": at(hour), "symbol": symbol, **figures, **changes}


def forecast(symbol: str, hour: float, **changes: object) -> Row:
    """A good forecast issued at `hour`."""
    what = {"topic_id": 1, "topic": "alpha", "horizon_s": 28_800, "kind": "log_return"}
    return {"issued_at": at(hour), "symbol": symbol, "value": 0.01, **what, **changes}


def settlement(symbol: str, hour: float, rate: float) -> Row:
    """A settlement of funding at `hour`."""
    return {"ts": at(hour), "symbol": symbol, "rate": rate}


def write(path: Path, rows: Sequence[Row]) -> Path:
    """The rows as a Parquet file; moments (whole microseconds) become UTC timestamps."""
    table = pl.DataFrame(list(rows), infer_schema_length=None)
    moments = [name for name in ("ts", "issued_at", "data_until") if name in table.columns]
    table.with_columns(
        pl.col(name).cast(pl.Datetime("us", "UTC")) for name in moments
    ).write_parquet(path)
    return path


def hourly(coins: Sequence[str], hours: int) -> Candles:
    """Candles without gaps from MONDAY on, all prices 10."""
    bars = np.full((hours, 5, len(coins)), 10.0)
    bars.flags.writeable = False
    closes_at = MONDAY + HOUR * np.arange(1, hours + 1, dtype=np.int64)
    return Candles(tuple(map(Coin, coins)), HOUR, closes_at, bars, (0,) * len(coins))
