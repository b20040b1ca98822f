"""trimtab backtest: one run of the full loop on recorded data."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct
from rich.table import Table

from trimtab.app import options
from trimtab.app.compose import open_journal, reported_from, run_through, started
from trimtab.app.configuring import configuration, instruments, unhalted
from trimtab.app.output import console, warn, with_progress, write_json
from trimtab.app.recording import Files, Recording, read_recording
from trimtab.app.reports import write_report
from trimtab.app.settings import Settings, read_settings
from trimtab.app.summary import Summary
from trimtab.domain.observations import EngineStarted
from trimtab.domain.units import Micros
from trimtab.lab.metrics import BookMetrics, metrics
from trimtab.runtime.reactive_bot import ReactiveBot

Journal = Annotated[Path | None, typer.Option("--journal", help="Keep the journal here (SQLite).")]

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


def backtest(  # noqa: PLR0913 - one parameter an option
    candles: options.Candles,
    predictions: options.Predictions = None,
    funding: options.Funding = None,
    topics: options.Topics = None,
    symbols: options.Symbols = None,
    begin: options.From = None,
    end: options.To = None,
    config: options.Config = None,
    journal: Journal = None,
    overwrite: Overwrite = False,
    report: options.Report = None,
    json: options.Json = None,
) -> None:
    """Run the whole system over recorded candles and forecasts.

    Example: trimtab backtest --candles candles.parquet --predictions forecasts.parquet
    --topics my-topic-8h --journal run.db --json out.json
    """
    settings = read_settings(config)
    until = options.moment(end, "--to")
    names, coins = options.names(topics), options.names(symbols)
    recording = read_recording(Files(candles, predictions, funding, names, coins, until))
    warn(recording.warnings())
    start = _started(
        settings, recording, options.moment(begin, "--from"), capped=config is not None
    )
    bot, summary = run(recording, start, journal, overwrite=overwrite)
    result = _result(bot, summary, start)
    _show(result)
    write_json(result, json)
    if report is not None:
        write_report(report, "Backtest", {start.bot: summary}, start.configuration.capital)


def _started(
    settings: Settings, recording: Recording, begin: Micros | None, *, capped: bool
) -> EngineStarted:
    """Without a configuration of the user's no drawdown stops the run: nobody could resume it."""
    candles = recording.candles
    topics = recording.predictions.topics if recording.predictions is not None else ()
    written = configuration(settings, topics, candles.coins)
    start = started(
        written if capped else unhalted(written),
        instruments(candles.coins, candles.bars),
        candles.interval,
        recording.opened,
        bot=settings.bot,
    )
    return reported_from(start, begin)


def run(
    recording: Recording,
    start: EngineStarted,
    journal: Path | None = None,
    title: str = "backtest",
    *,
    overwrite: bool = False,
) -> tuple[ReactiveBot, Summary]:
    """The loop over the whole record."""
    summary = Summary()
    last = Micros(int(recording.candles.closes_at[-1]))
    facts = with_progress(recording.feed().facts(), title, start.at, last)
    store = open_journal(journal, start, overwrite=overwrite)
    try:
        bot = run_through(start, facts, store, summary)
    finally:
        store.close()
    return bot, summary


def _result(bot: ReactiveBot, summary: Summary, start: EngineStarted) -> BacktestResult:
    cpu = time.process_time()
    capital = start.configuration.capital
    return BacktestResult(
        bars=bot.bars,
        facts=bot.facts,
        cpu_s=round(cpu, 3),
        bars_per_cpu_s=round(bot.bars / cpu, 1),
        books={name: metrics(summary.marks, name, capital) for name in ("adapted", "static")},
        adaptations=len(summary.adaptations),
        market_events=dict(sorted(summary.market_events.items())),
    )


def _show(result: BacktestResult) -> None:
    table = Table("", "adapted", "static", title="Backtest")
    adapted, static = result.books["adapted"], result.books["static"]
    for name in BookMetrics.__struct_fields__:
        table.add_row(name.replace("_", " "), _text(adapted, name), _text(static, name))
    console.print(table)
    console.print(
        f"{result.bars:,} bars, {result.facts:,} facts, {result.adaptations:,} adaptations, "
        f"{result.cpu_s:.1f} CPU-seconds"
    )


def _text(book: BookMetrics, name: str) -> str:
    value = getattr(book, name)
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4f}"
