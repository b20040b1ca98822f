"""trimtab compare: does adapting pay? Each topic a bot of its own, adapted beside its static twin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer
from msgspec.structs import replace

from trimtab.app import options
from trimtab.app.asked import (
    files_asked_for,
    forecasts_asked_for,
    recording_asked_for,
    reported_from,
)
from trimtab.app.comparable import check_comparable
from trimtab.app.comparing import Asked, Told, runs
from trimtab.app.comparison_tables import show
from trimtab.app.configuring import check_thresholds, configuration
from trimtab.app.output import write_json
from trimtab.app.reports import Background, write_comparison
from trimtab.app.settings_file import read_settings
from trimtab.app.thresholds import AUTO
from trimtab.app.trials_before import luck_of
from trimtab.app.variants import ABLATIONS, AS_CONFIGURED, CONTROLS, VARIANTS
from trimtab.domain.units import TopicName
from trimtab.lab.full_comparison import Bots, Kind, full_comparison

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


Ablations = Annotated[
    bool,
    typer.Option(
        "--ablations",
        help="Also without contexts, without the rules of risk and without those of the mix: what "
        "is each of them worth? Three runs more of each topic.",
    ),
]
Controls = Annotated[
    bool,
    typer.Option(
        "--controls",
        help="Also at twice the costs, with signs drawn anew by three seeds, and with a planted "
        "topic that has to be found: what could have shown the result wrong.",
    ),
]
Trials = Annotated[
    str,
    typer.Option(
        "--trials",
        help="How many settings were looked at on this data before: the more, the more is luck. "
        "A number, or the study of `trimtab lab tune`, which also knows how much they differed.",
    ),
]
OpenLocked = Annotated[
    bool,
    typer.Option(
        "--open-locked",
        help="Also read what `locked_from` in trimtab.toml keeps for a last test: once, please.",
    ),
]
Processes = Annotated[
    int, typer.Option("--processes", min=1, help="Runs at the same time, each 400 MB or so.")
]


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
    ablations: Ablations = False,
    controls: Controls = False,
    placebo: Placebo = None,
    trials: Trials = "1",
    capital: Capital = 10_000.0,
    processes: Processes = 1,
    open_locked: OpenLocked = False,
    report: options.Report = None,
    json: options.Json = None,
) -> None:
    """Adapted against static, topic by topic and pooled with equal weight.

    Example: trimtab compare --candles candles.parquet --predictions forecasts.parquet
    --funding funding.parquet --from 2022-07-01 --ablations --controls --report compare.html
    """
    luck = luck_of(trials)
    settings = replace(read_settings(config), capital=capital)
    forecasts = forecasts_asked_for("compare", predictions)
    files = files_asked_for(candles, forecasts, funding, topics, symbols, end)
    recording = recording_asked_for(files)
    check_comparable(recording, settings.locked_from, open_locked=open_locked)
    check_thresholds(settings, recording.topics, config)
    since = reported_from(begin, recording)
    found = runs(
        Asked(files, settings, since, threshold, placebo),
        [AS_CONFIGURED, *(ABLATIONS if ablations else ()), *(CONTROLS if controls else ())],
        processes,
    )
    bots = {variant: _bots(one) for variant, one in found.items()}
    costs = configuration(settings, recording.topics, recording.candles.coins).costs
    own, parts, checks = _sorted(bots)
    result = full_comparison(own, parts, checks, capital, costs, luck)
    show(result)
    write_json(result, json)
    if report is not None:
        background = Background.of(settings, files, since)
        write_comparison(report, result, own, capital, background)


def _sorted(
    bots: Mapping[str, Bots],
) -> tuple[Bots, dict[str, Bots], dict[str, tuple[Kind, Bots]]]:
    """What is measured, its ablations, and its controls, as far as they were asked for."""
    parts = {name: bots[name] for name in ABLATIONS if name in bots}
    checks: dict[str, tuple[Kind, Bots]] = {}
    for name in CONTROLS:
        kind = VARIANTS[name].control
        if name in bots and kind is not None:
            checks[name] = kind, bots[name]
    return bots[AS_CONFIGURED], parts, checks


def _bots(by_topic: Mapping[TopicName, Told]) -> Bots:
    return Bots(
        {topic: one.marks for topic, one in by_topic.items()},
        [one.changes for one in by_topic.values()],
        [one.round_trips for one in by_topic.values()],
        [one.phases for one in by_topic.values()],
        {topic: one.cells for topic, one in by_topic.items()},
    )
