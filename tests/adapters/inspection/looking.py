"""Files to look at: the small market as it is, and with one thing changed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import polars as pl

from tests.builders.files import candles, funding, predictions
from tests.builders.market import world
from trimtab.adapters.inspection.finding import Finding
from trimtab.adapters.inspection.inspect import Inspection, inspect
from trimtab.adapters.parquet.candles import read_candles
from trimtab.domain.units import Micros

NOW = Micros(1_900_000_000_000_000)
"""2030: after everything in the small market."""
WORLD = world(3, 1_500, forecast_every=8, gaps=False)
CANDLES, FORECASTS, FUNDING = candles(WORLD), predictions(WORLD), funding(WORLD)
HOUR = timedelta(hours=1)


def seen(frame: pl.DataFrame, folder: Path, beside: pl.DataFrame | None = None) -> Inspection:
    """What a look at a file of these rows finds."""
    path = folder / "looked-at.parquet"
    frame.write_parquet(path)
    if beside is None:
        return inspect(path, NOW)
    beside.write_parquet(folder / "beside.parquet")
    return inspect(path, NOW, read_candles(folder / "beside.parquet"))


def checks(inspection: Inspection, severity: str | None = None) -> set[str]:
    """The names of all that was found."""
    return {one.check for one in inspection.findings if severity in (None, one.severity)}


def finding(inspection: Inspection, check: str) -> Finding:
    """The one of that name."""
    (found,) = [one for one in inspection.findings if one.check == check]
    return found


def changed(frame: pl.DataFrame, row: int, **values: float | None) -> pl.DataFrame:
    """The same rows but for some figures of one."""
    here = pl.int_range(pl.len()) == row
    return frame.with_columns(
        pl.when(here).then(pl.lit(value)).otherwise(pl.col(name)).alias(name)
        for name, value in values.items()
    )
