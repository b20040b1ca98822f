"""trimtab demo: the whole system on a market where nothing can be lost."""

from __future__ import annotations

import tempfile
import webbrowser
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct
from msgspec.structs import replace

from trimtab.app import options
from trimtab.app.compose import Shown, bot, live_journal, show, started
from trimtab.app.configuring import configuration, instruments
from trimtab.app.demo_market import Scenes, recorded_scenes, synthetic_scenes
from trimtab.app.output import console, warn, write_json
from trimtab.app.recording import Files, read_recording
from trimtab.app.settings import Settings
from trimtab.app.summary import Summary
from trimtab.domain.commands import Command
from trimtab.domain.facts import Outside
from trimtab.domain.observations import EngineStarted
from trimtab.domain.units import Micros
from trimtab.ports import Audience
from trimtab.runtime.pacing import Inbox, Pace
from trimtab.runtime.reactive_bot import ReactiveBot

RecordedCandles = Annotated[
    Path | None,
    typer.Option("--candles", help="Play recorded candles instead of a made-up market."),
]
Speed = Annotated[float, typer.Option("--speed", min=1.0, help="Market seconds a second.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Of the made-up market.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes any free port.")]
For = Annotated[float | None, typer.Option("--for", min=1.0, help="End after so many seconds.")]
Headless = Annotated[bool, typer.Option("--headless", help="No dashboard.")]
Open = Annotated[bool, typer.Option("--open", help="Open the page in a browser.")]
Journal = Annotated[Path | None, typer.Option("--journal", help="Keep the journal here (SQLite).")]


class DemoResult(Struct, frozen=True):
    """What `--json` gives; counted from when the viewer came in."""

    adaptations: int
    market_events: int
    trades: int
    errors: list[str]


def register(application: typer.Typer) -> None:
    application.command("demo")(demo)


def demo(  # noqa: PLR0913 - one parameter an option
    candles: RecordedCandles = None,
    predictions: options.Predictions = None,
    funding: options.Funding = None,
    speed: Speed = 7200.0,
    seed: Seed = 7,
    port: Port = 8700,
    seconds: For = None,
    headless: Headless = False,
    browser: Open = False,
    journal: Journal = None,
    json: options.Json = None,
) -> None:
    """The whole system on a synthetic or recorded market, with the dashboard; nothing is at stake.

    Example: trimtab demo --speed 7200 --seed 7
    """
    scenes = _scenes(candles, predictions, funding, seed)
    start = _started(scenes, None if candles else seed)
    inbox, summary = Inbox(), Summary()
    with tempfile.TemporaryDirectory(prefix="trimtab-demo-") as folder:
        store = live_journal(journal or Path(folder) / "demo.db", start)
        shown = None if headless else show(inbox.put, port)
        try:
            runner = bot(start, store, _audiences(summary, shown), group=_LEARNING)
            counts = _play(
                runner, scenes, summary, Pace(speed, inbox, _stamped), seconds, shown, browser
            )
        finally:
            if shown is not None:
                shown.close()
            store.close()
    write_json(counts, json)
    _say(counts)


_LEARNING = 5_000
"""Facts a flush while the past is learnt; every step is durable at once afterwards."""


def _scenes(
    candles: Path | None, predictions: Path | None, funding: Path | None, seed: int
) -> Scenes:
    if candles is None:
        return synthetic_scenes(seed)
    recording = read_recording(Files(candles, predictions, funding))
    warn(recording.warnings())
    return recorded_scenes(recording)


def _started(scenes: Scenes, seed: int | None) -> EngineStarted:
    recording = scenes.recording
    topics = recording.predictions.topics if recording.predictions is not None else ()
    data = recording.candles
    written = configuration(Settings(), topics, data.coins)
    rules = instruments(data.coins, data.bars)
    start = started(
        written, rules, data.interval, recording.opened, bot="demo", mode="demo", stage="full"
    )
    return replace(start, seed=seed)


def _audiences(summary: Summary, shown: Shown | None) -> list[Audience]:
    return [summary] if shown is None else [summary, shown.hub]


def _play(  # noqa: PLR0913 - the parts of one evening
    runner: ReactiveBot,
    scenes: Scenes,
    summary: Summary,
    pace: Pace,
    seconds: float | None,
    shown: Shown | None,
    browser: bool,  # noqa: FBT001
) -> DemoResult:
    """The past at full speed, then the present at the viewer's."""
    console.print("learning from the past of this market ...")
    _take(runner, scenes.past())
    before = (len(summary.adaptations), summary.market_events.total(), summary.trades)
    runner.group = 1
    if shown is not None:
        console.print(f"DEMO, nothing real: [bold]{shown.url}[/bold]  (Ctrl+C ends it)")
        if browser:
            webbrowser.open(shown.url)
    errors: list[str] = []
    try:
        _take(runner, pace.played(scenes.live(), seconds))
    except KeyboardInterrupt:
        errors = []
    after = (len(summary.adaptations), summary.market_events.total(), summary.trades)
    adaptations, events, trades = (new - old for new, old in zip(after, before, strict=True))
    return DemoResult(adaptations, events, trades, [*errors, *runner.listener_errors])


def _take(runner: ReactiveBot, facts: Iterable[Outside]) -> None:
    for fact in facts:
        runner.take(fact)
    runner.flush()


def _stamped(command: Command, at: Micros) -> Command:
    """In a demo, time is the recorded market's."""
    return replace(command, at=at)


def _say(result: DemoResult) -> None:
    console.print(
        f"{result.adaptations} adaptations, {result.market_events} market events, "
        f"{result.trades} trades, {len(result.errors)} errors"
    )
