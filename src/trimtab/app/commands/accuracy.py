"""trimtab accuracy: how good the forecasts are, context by context."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct
from rich.table import Table

from trimtab.app import options
from trimtab.app.compose import reported_from, run_through, started
from trimtab.app.configuring import configuration, instruments
from trimtab.app.errors import UserError
from trimtab.app.forecast_log import ForecastLog
from trimtab.app.nothing import NoJournal
from trimtab.app.output import console, warn, with_progress, write_json
from trimtab.app.recording import Files, Recording, read_recording
from trimtab.app.settings import Settings
from trimtab.context.accuracy_cells import AccuracyCell
from trimtab.domain.observations import EngineStarted
from trimtab.domain.units import NEVER, Micros

Out = Annotated[
    Path | None,
    typer.Option("--out", help="Parquet: each forecast, what was known of it, what came of it."),
]
BEST = 12


class AccuracyResult(Struct, frozen=True):
    """What `--json` gives."""

    cells: tuple[AccuracyCell, ...]


def register(application: typer.Typer) -> None:
    application.command("accuracy")(accuracy)


def accuracy(  # noqa: PLR0913 - one parameter an option
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
    if predictions is None:
        raise UserError("--predictions: accuracy needs forecasts; name a Parquet file of them")
    names, coins = options.names(topics), options.names(symbols)
    until = options.moment(end, "--to")
    recording = read_recording(Files(candles, predictions, funding, names, coins, until))
    warn(recording.warnings())
    start = _teaching_only(recording)
    log = ForecastLog(start.configuration.topics)
    last = Micros(int(recording.candles.closes_at[-1]))
    facts = with_progress(recording.feed().facts(), "accuracy", start.at, last)
    bot = run_through(start, facts, NoJournal(), log)
    result = AccuracyResult(bot.mind.accuracy.cells())
    _show(result)
    write_json(result, json)
    if out is not None:
        log.write(out)


def _teaching_only(recording: Recording) -> EngineStarted:
    """A bot that never trades: every row only teaches."""
    predictions, candles = recording.predictions, recording.candles
    topics = predictions.topics if predictions is not None else ()
    written = configuration(Settings(), topics, candles.coins)
    rules = instruments(candles.coins, candles.bars)
    return reported_from(started(written, rules, candles.interval, recording.opened), NEVER)


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
