"""trimtab demo: the whole system on a market where nothing can be lost."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct
from msgspec.structs import replace

from trimtab.app import options
from trimtab.app.asked import files_asked_for, recording_asked_for
from trimtab.app.brokers import check_place
from trimtab.app.configuring import check_thresholds
from trimtab.app.demo_market import Scenes, recorded_scenes, synthetic_scenes
from trimtab.app.errors import UserError
from trimtab.app.logs import log_to_standard_error
from trimtab.app.output import say, write_json
from trimtab.app.playing import Show, played
from trimtab.app.settings import Settings
from trimtab.app.settings_file import read_settings
from trimtab.app.summary import Summary

RecordedCandles = Annotated[
    Path | None,
    typer.Option("--candles", help="Play recorded candles instead of a made-up market."),
]
Speed = Annotated[float, typer.Option("--speed", min=1.0, help="Market seconds a second.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Of the made-up market.")]
Port = Annotated[
    int | None, typer.Option("--port", min=0, max=65535, help="Else 8700; 0 takes any free port.")
]
For = Annotated[float | None, typer.Option("--for", min=1.0, help="End after so many seconds.")]
Headless = Annotated[bool, typer.Option("--headless", help="No dashboard.")]
Open = Annotated[bool, typer.Option("--open", help="Open the page in a browser.")]

AuditKey = Annotated[
    str, typer.Option("--audit-key", help="Sign checkpoints of the journal with this private key.")
]
Anchors = Annotated[
    list[str] | None,
    typer.Option(
        "--anchor", help="Keep them here too: file:PATH, https:// or mailto:; repeatable."
    ),
]

Standby = Annotated[
    bool,
    typer.Option(
        "--standby", help="Go on with a journal on PostgreSQL as soon as no other engine writes it."
    ),
]
Broker = Annotated[
    str, typer.Option("--broker", help="Carry all facts to nats://... or redis://... as well.")
]


class DemoResult(Struct, frozen=True):
    """What `--json` gives; counted from when the viewer came in."""

    adaptations: int
    market_events: dict[str, int]
    trades: int
    errors: list[str]


def register(application: typer.Typer) -> None:
    application.command("demo")(demo)


def demo(
    candles: RecordedCandles = None,
    predictions: options.Predictions = None,
    funding: options.Funding = None,
    speed: Speed = 7200.0,
    seed: Seed = 1,
    port: Port = None,
    seconds: For = None,
    headless: Headless = False,
    browser: Open = False,
    config: options.Config = None,
    journal: options.Journal = None,
    standby: Standby = False,
    broker: Broker = "",
    audit_key: AuditKey = "",
    anchor: Anchors = None,
    json: options.Json = None,
) -> None:
    """The whole system on a synthetic or recorded market; nothing is at stake.

    Example: trimtab demo --speed 7200 --seed 7
    """
    written = replace(Settings(), bot="demo") if config is None else read_settings(config)
    audit = replace(
        written.audit,
        key=audit_key or written.audit.key,
        anchors=tuple(anchor or written.audit.anchors),
    )
    settings = replace(
        written,
        port=written.port if port is None else port,
        journal=str(journal or written.journal),
        broker=broker or written.broker,
        audit=audit,
    )
    check_place(settings.broker)
    log_to_standard_error()
    scenes = partial(_scenes, settings, config, candles, predictions, funding, seed)
    made_up = None if candles else seed
    result = _result(
        *played(Show(settings, scenes, made_up, speed, seconds, headless, browser, standby))
    )
    say(
        f"{result.adaptations} adaptations, {sum(result.market_events.values())} market events, "
        f"{result.trades} trades, {len(result.errors)} errors"
    )
    write_json(result, json)


def _scenes(
    settings: Settings,
    config: Path | None,
    candles: Path | None,
    predictions: Path | None,
    funding: Path | None,
    seed: int,
) -> Scenes:
    """Raises UserError and DataError."""
    if candles is not None:
        scenes = recorded_scenes(
            recording_asked_for(files_asked_for(candles, predictions, funding))
        )
    else:
        _check_no_other_files(predictions, funding)
        scenes = synthetic_scenes(seed)
    check_thresholds(settings, scenes.recording.topics, config)
    return scenes


def _check_no_other_files(predictions: Path | None, funding: Path | None) -> None:
    for option, path in (("--predictions", predictions), ("--funding", funding)):
        if path is not None:
            raise UserError(f"{option} {path}: add --candles, the file of the same market")


def _result(summary: Summary, errors: list[str]) -> DemoResult:
    events = dict(sorted(summary.market_events.items()))
    return DemoResult(summary.adaptations, events, summary.trades, errors)
