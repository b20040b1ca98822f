"""trimtab compare: does adapting pay? Each topic a bot of its own, adapted beside its static twin."""

from __future__ import annotations

from typing import Annotated

import typer
from msgspec.structs import replace
from rich.table import Table

from trimtab.app import options
from trimtab.app.asked import forecasts_asked_for, recording_asked_for, reported_from
from trimtab.app.configuring import check_thresholds, configuration, unhalted
from trimtab.app.output import console, figure, write_json
from trimtab.app.placebo import with_signs_shuffled
from trimtab.app.recording import Recording, only_topic
from trimtab.app.reports import write_report
from trimtab.app.running import run
from trimtab.app.settings import Settings
from trimtab.app.settings_file import read_settings
from trimtab.app.starting import started_on
from trimtab.app.summary import Summary
from trimtab.app.thresholds import AUTO, static_threshold
from trimtab.domain.units import Micros
from trimtab.lab.comparison import Comparison, Difference, Pair
from trimtab.lab.comparison import compare as compared

Threshold = Annotated[
    str,
    typer.Option(
        "--static-threshold",
        help="The log return that a forecast must exceed for the static twin; auto: as in the "
        "configuration, else the best of the months before --from.",
    ),
]
Placebo = Annotated[
    int | None,
    typer.Option(
        "--placebo",
        min=0,
        help="Draw every forecast's sign anew, with this seed: what is lost where nobody knows "
        "anything?",
    ),
]
Capital = Annotated[float, typer.Option("--capital", min=100.0, help="USD of each topic's bot.")]


def register(application: typer.Typer) -> None:
    application.command("compare")(compare)


def compare(
    candles: options.Candles,
    predictions: options.Predictions = None,
    funding: options.Funding = None,
    topics: options.Topics = None,
    symbols: options.Symbols = None,
    begin: options.From = None,
    end: options.To = None,
    config: options.Config = None,
    threshold: Threshold = AUTO,
    placebo: Placebo = None,
    capital: Capital = 10_000.0,
    report: options.Report = None,
    json: options.Json = None,
) -> None:
    """Adapted against static, topic by topic and pooled with equal weight.

    Example: trimtab compare --candles candles.parquet --predictions forecasts.parquet
    --funding funding.parquet --from 2022-07-01 --report compare.html
    """
    settings = replace(read_settings(config), capital=capital)
    forecasts = forecasts_asked_for("compare", predictions)
    recording = recording_asked_for(candles, forecasts, funding, topics, symbols, end)
    check_thresholds(settings, recording.topics, config)
    if placebo is not None:
        recording = with_signs_shuffled(recording, placebo)
    since = reported_from(begin, recording)
    runs = {
        topic.name: _run(only_topic(recording, number), settings, since, threshold)
        for number, topic in enumerate(recording.topics)
    }
    result = compared({topic: summary.marks for topic, summary in runs.items()}, capital)
    _show(result)
    write_json(result, json)
    if report is not None:
        write_report(report, "Adapted against static", runs, capital)


def _run(recording: Recording, settings: Settings, begin: Micros | None, threshold: str) -> Summary:
    """One topic's bot. No drawdown stops it: nobody could resume it.

    A threshold that was found for the twin is the twin's alone: the gate has its own.
    """
    written = unhalted(configuration(settings, recording.topics, recording.candles.coins))
    start = started_on(recording, written, bot=settings.bot, begin=begin)
    topic = written.topics[0]
    if threshold != AUTO or topic.name not in settings.thresholds:
        level = static_threshold(threshold, recording, begin, written)
        twin = replace(start.twin, topics=(replace(topic, threshold=level),))
        start = replace(start, twin=twin)
    return run(recording, start, title=topic.name)[1]


def _show(result: Comparison) -> None:
    pairs = (*result.topics.items(), ("pooled", result.pooled))
    books = Table(
        "topic", "trades", "win rate", "net bp", "Sharpe", "drawdown", title="adapted / static"
    )
    differences = Table(
        "topic", "win rate", "net bp", "Sharpe", "drawdown at 10 % volatility",
        title="adapted less static [95 % interval]",
    )  # fmt: skip
    for name, pair in pairs:
        books.add_row(name, *_cells(pair))
        differences.add_row(name, *_differences(pair))
    console.print(books)
    console.print(differences)


def _cells(pair: Pair) -> list[str]:
    names = ("trades", "win_rate", "net_bp_per_trade", "sharpe", "max_drawdown")
    return [
        f"{figure(getattr(pair.adapted, name))} / {figure(getattr(pair.static, name))}"
        for name in names
    ]


def _differences(pair: Pair) -> list[str]:
    one = pair.difference
    return [
        _with_interval(difference)
        for difference in (
            one.win_rate, one.net_bp_per_trade, one.sharpe, one.max_drawdown_at_10pct_vol
        )
    ]  # fmt: skip


def _with_interval(one: Difference) -> str:
    if one.low is None or one.high is None:
        return figure(one.value)
    # Escaped, for in a table's cell square brackets are styles.
    return f"{figure(one.value)} \\[{figure(one.low)}, {figure(one.high)}]"
