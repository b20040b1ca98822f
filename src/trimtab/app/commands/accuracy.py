"""trimtab accuracy: how good the forecasts are, context by context."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct
from rich.table import Table

from trimtab.app import options
from trimtab.app.asked import files_asked_for, forecasts_asked_for, recording_asked_for
from trimtab.app.compose import run_through
from trimtab.app.configuring import configuration
from trimtab.app.destination import writable
from trimtab.app.forecast_log import ForecastLog
from trimtab.app.nothing import NoJournal
from trimtab.app.output import console, with_progress, write_json
from trimtab.app.settings import Settings
from trimtab.app.starting import started_on
from trimtab.context.accuracy_cells import AccuracyCell
from trimtab.context.accuracy_losses import LossCell
from trimtab.domain.configuration import Gate
from trimtab.domain.units import NEVER

Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        callback=writable,
        help="Parquet: each forecast, what was known of it, what came of it.",
    ),
]
BEST = 12


class AccuracyResult(Struct, frozen=True):
    """What `--json` gives."""

    cells: tuple[AccuracyCell, ...]
    losses: tuple[LossCell, ...]
    """Of topics that tell no direction."""


def register(application: typer.Typer) -> None:
    application.command("accuracy")(accuracy)


def accuracy(
    candles: options.Candles,
    predictions: options.Predictions = None,
    funding: options.Funding = None,
    topics: options.Topics = None,
    symbols: options.Symbols = None,
    end: options.To = None,
    out: Out = None,
    json: options.Json = None,
) -> None:
    """Score every topic by coin, market phase and volatility, after costs.

    Example: trimtab accuracy --candles candles.parquet --predictions forecasts.parquet --json -
    """
    forecasts = forecasts_asked_for("accuracy", predictions)
    recording = recording_asked_for(
        files_asked_for(candles, forecasts, funding, topics, symbols, end)
    )
    written = configuration(Settings(), recording.topics, recording.candles.coins)
    start = started_on(recording, written, begin=NEVER)  # it never trades: every row only teaches
    log = ForecastLog(written.gate or Gate())
    facts = with_progress(recording.feed().facts(), "accuracy", start.at, recording.closed)
    bot = run_through(start, facts, NoJournal(), log)
    result = AccuracyResult(bot.mind.accuracy.cells(), bot.mind.accuracy.losses())
    _show(result)
    write_json(result, json)
    if out is not None:
        log.write(out)


def _show(result: AccuracyResult) -> None:
    table = Table(
        "topic", "coin", "phase", "volatility", "n", "n eff", "accuracy", "P(net edge > 0)",
        title="Most likely to be worth their costs",
    )  # fmt: skip
    known = [cell for cell in result.cells if cell.n]
    best = sorted(known, key=lambda cell: -(cell.p_net_edge_positive or 0.0))[:BEST]
    for cell in best:
        table.add_row(
            cell.topic, cell.symbol, cell.phase, cell.volatility_regime, f"{cell.n:,}",
            f"{cell.n_effective:,.0f}", f"{int((cell.accuracy or 0.0) * 100)} %",
            f"{cell.p_net_edge_positive:.2f}",
        )  # fmt: skip
    console.print(table)
