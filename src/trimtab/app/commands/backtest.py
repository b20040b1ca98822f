"""trimtab backtest: one run of the full loop on recorded data."""

from __future__ import annotations

import time
from typing import Annotated

import typer
from msgspec import Struct
from rich.table import Table

from trimtab.app import options
from trimtab.app.asked import files_asked_for, recording_asked_for, reported_from
from trimtab.app.configuring import check_thresholds, configuration, unhalted
from trimtab.app.output import console, figure, say, write_json
from trimtab.app.running import run
from trimtab.app.settings_file import read_settings
from trimtab.app.starting import started_on
from trimtab.app.summary import Summary
from trimtab.domain.observations import EngineStarted
from trimtab.lab.metrics import BookMetrics, metrics
from trimtab.runtime.reactive_bot import ReactiveBot

Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace an existing journal.")]


class BacktestResult(Struct, frozen=True):
    """What `--json` gives. Rates and returns are fractions, bp are basis points."""

    bars: int
    facts: int
    cpu_s: float
    """CPU time of the whole process, reading and compiling included."""
    bars_per_cpu_s: float
    books: dict[str, BookMetrics]
    adaptations: int
    market_events: dict[str, int]


def register(application: typer.Typer) -> None:
    application.command("backtest")(backtest)


def backtest(
    candles: options.Candles,
    predictions: options.Predictions = None,
    funding: options.Funding = None,
    topics: options.Topics = None,
    symbols: options.Symbols = None,
    begin: options.From = None,
    end: options.To = None,
    config: options.Config = None,
    journal: options.Journal = None,
    overwrite: Overwrite = False,
    report: options.Report = None,
    json: options.Json = None,
) -> None:
    """Run the whole system over recorded candles and forecasts.

    Example: trimtab backtest --candles candles.parquet --predictions forecasts.parquet
    --topics my-topic-8h --journal run.db --json out.json
    """
    settings = read_settings(config)
    recording = recording_asked_for(
        files_asked_for(candles, predictions, funding, topics, symbols, end)
    )
    check_thresholds(settings, recording.topics, config)
    written = configuration(settings, recording.topics, recording.candles.coins)
    start = started_on(
        recording,
        written if config is not None else unhalted(written),  # nobody could resume it
        bot=settings.bot,
        begin=reported_from(begin, recording),
    )
    bot, summary = run(recording, start, journal, overwrite=overwrite)
    result = _result(bot, summary, start)
    _show(result)
    write_json(result, json)
    if report is not None:
        from trimtab.app.reports import write_report  # noqa: PLC0415 - drawing takes long to import

        write_report(report, "Backtest", summary, settings.capital)


def _result(bot: ReactiveBot, summary: Summary, start: EngineStarted) -> BacktestResult:
    cpu = time.process_time()
    capital = start.configuration.capital
    return BacktestResult(
        bars=bot.bars,
        facts=bot.facts,
        cpu_s=round(cpu, 3),
        bars_per_cpu_s=round(bot.bars / cpu, 1),
        books={name: metrics(summary.marks, name, capital) for name in ("adapted", "static")},
        adaptations=summary.adaptations,
        market_events=dict(sorted(summary.market_events.items())),
    )


def _show(result: BacktestResult) -> None:
    table = Table("", "adapted", "static", title="Backtest")
    adapted, static = result.books["adapted"], result.books["static"]
    for name in BookMetrics.__struct_fields__:
        row = (figure(getattr(book, name)) for book in (adapted, static))
        table.add_row(name.replace("_", " "), *row)
    console.print(table)
    say(
        f"{result.bars:,} bars, {result.facts:,} facts, {result.adaptations:,} adaptations, "
        f"{result.cpu_s:.1f} CPU-seconds"
    )
