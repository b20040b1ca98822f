"""trimtab context: the market's context bar by bar, and the market events."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from trimtab.app import options
from trimtab.app.asked import files_asked_for, recording_asked_for
from trimtab.app.destination import writable, write
from trimtab.app.output import say
from trimtab.context.context_table import context_table, market_events
from trimtab.context.market_context_engine import MarketContextEngine
from trimtab.domain.canonical import encode

Out = Annotated[
    Path,
    typer.Option("--out", callback=writable, help="Parquet: one row a bar and symbol, * = market."),
]
Events = Annotated[
    Path | None,
    typer.Option("--events", callback=writable, help="The market events, one JSON object a line."),
]


def register(application: typer.Typer) -> None:
    application.command("context")(context)


def context(
    candles: options.Candles,
    out: Out,
    symbols: options.Symbols = None,
    end: options.To = None,
    events: Events = None,
) -> None:
    """Read the market's context from candles, as it was known at each close.

    Example: trimtab context --candles candles.parquet --out context.parquet
    """
    recording = recording_asked_for(files_asked_for(candles, symbols=symbols, end=end))
    data = recording.candles
    engine = MarketContextEngine.of(data.coins, data.interval)
    columns = context_table(engine, data.bars, data.closes_at - data.interval)
    frame = pl.DataFrame(columns).with_columns(
        pl.from_epoch("ts", time_unit="us").dt.replace_time_zone("UTC")
    )
    frame.write_parquet(out)
    say(f"{len(frame):,} rows to {out}")
    if events is not None:
        noticed = market_events(engine, data.bars, data.closes_at)
        write(events, b"".join(encode(event) + b"\n" for event in noticed))
        say(f"{len(noticed):,} market events to {events}")
