"""trimtab compare: does adapting pay? Each topic a bot of its own, adapted beside its static twin."""

from __future__ import annotations

from typing import Annotated

import typer
from msgspec.structs import replace
from rich.table import Table

from trimtab.app import options
from trimtab.app.commands.backtest import run
from trimtab.app.compose import reported_from, started
from trimtab.app.configuring import configuration, instruments, unhalted
from trimtab.app.errors import UserError
from trimtab.app.output import console, warn, write_json
from trimtab.app.recording import Files, Recording, only_topic, read_recording
from trimtab.app.reports import write_report
from trimtab.app.settings import Settings, read_settings
from trimtab.app.summary import Summary
from trimtab.app.thresholds import static_threshold
from trimtab.domain.units import Micros, TopicName
from trimtab.lab.comparison import Comparison, Pair
from trimtab.lab.comparison import compare as compared

Threshold = Annotated[
    str,
    typer.Option("--static-threshold", help="auto, or the log return a forecast must exceed."),
]
Capital = Annotated[float, typer.Option("--capital", min=100.0, help="USD of each topic's bot.")]


def register(application: typer.Typer) -> None:
    application.command("compare")(compare)


def compare(  # noqa: PLR0913 - one parameter an option
    candles: options.Candles,
    predictions: options.Predictions = None,
    funding: options.Funding = None,
    topics: options.Topics = None,
    symbols: options.Symbols = None,
    begin: options.From = None,
    end: options.To = None,
    config: options.Config = None,
    threshold: Threshold = "auto",
    capital: Capital = 10_000.0,
    report: options.Report = None,
    json: options.Json = None,
) -> None:
    """Adapted against static, topic by topic and pooled with equal weight.

    Example: trimtab compare --candles candles.parquet --predictions forecasts.parquet
    --funding funding.parquet --from 2022-07-01 --report compare.html
    """
    if predictions is None:
        raise UserError("--predictions: compare needs forecasts; name a Parquet file of them")
    settings = replace(read_settings(config), capital=capital)
    names, coins = options.names(topics), options.names(symbols)
    until = options.moment(end, "--to")
    recording = read_recording(Files(candles, predictions, funding, names, coins, until))
    warn(recording.warnings())
    runs = _runs(recording, settings, options.moment(begin, "--from"), threshold)
    result = compared({topic: summary.marks for topic, summary in runs.items()}, capital)
    _show(result)
    write_json(result, json)
    if report is not None:
        write_report(report, "Adapted against static", runs, capital)


def _runs(
    recording: Recording, settings: Settings, begin: Micros | None, threshold: str
) -> dict[TopicName, Summary]:
    predictions = recording.predictions
    catalogue = predictions.topics if predictions is not None else ()
    return {
        topic.name: _run_topic(only_topic(recording, index), settings, begin, threshold)
        for index, topic in enumerate(catalogue)
    }


def _run_topic(
    recording: Recording, settings: Settings, begin: Micros | None, threshold: str
) -> Summary:
    """One topic's bot. No drawdown stops it: nobody could resume it."""
    predictions, candles = recording.predictions, recording.candles
    topics = predictions.topics if predictions is not None else ()
    written = unhalted(configuration(settings, topics, candles.coins))
    name = topics[0].name
    level = static_threshold(threshold, recording, 0, begin, settings.capital, written.costs)
    written = replace(written, topics=(replace(written.topics[0], threshold=level),))
    start = started(
        written,
        instruments(candles.coins, candles.bars),
        candles.interval,
        recording.opened,
        bot=settings.bot,
    )
    _, summary = run(recording, reported_from(start, begin), title=name)
    return summary


def _show(result: Comparison) -> None:
    table = Table(
        "topic", "trades", "win rate", "net bp", "Sharpe", "drawdown", title="adapted / static"
    )
    for name, pair in (*result.topics.items(), ("pooled", result.pooled)):
        table.add_row(name, *_cells(pair))
    console.print(table)


def _cells(pair: Pair) -> list[str]:
    names = ("trades", "win_rate", "net_bp_per_trade", "sharpe", "max_drawdown")
    return [
        f"{_text(getattr(pair.adapted, name))} / {_text(getattr(pair.static, name))}"
        for name in names
    ]


def _text(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.3f}"
