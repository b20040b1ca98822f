"""trimtab demo: the whole system on a market where nothing can be lost."""

from __future__ import annotations

import tempfile
import webbrowser
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import Struct
from msgspec.structs import replace

from trimtab.adapters.system_clock import SystemClock
from trimtab.app import options
from trimtab.app.asked import recording_asked_for
from trimtab.app.compose import bot, live_journal
from trimtab.app.configuring import configuration
from trimtab.app.demo_market import Scenes, recorded_scenes, synthetic_scenes
from trimtab.app.errors import UserError
from trimtab.app.interruption import ended_by_signal
from trimtab.app.output import console, say, write_json
from trimtab.app.settings import AuditSettings, Settings
from trimtab.app.starting import started_on
from trimtab.app.summary import Summary
from trimtab.domain.observations import EngineStarted
from trimtab.ports import Audience, EngineState
from trimtab.runtime.engine_loop import EngineLoop
from trimtab.runtime.inbox import Inbox
from trimtab.runtime.pacing import Pace
from trimtab.runtime.reactive_bot import ReactiveBot
from trimtab.runtime.watchdog import watched

if TYPE_CHECKING:
    from trimtab.app.showing import Shown
    from trimtab.runtime.notary import Notary

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

AuditKey = Annotated[
    str, typer.Option("--audit-key", help="Sign checkpoints of the journal with this private key.")
]
Anchors = Annotated[
    list[str] | None,
    typer.Option(
        "--anchor", help="Keep them here too: file:PATH, https:// or mailto:; repeatable."
    ),
]

_LEARNING = 5_000
"""Facts a flush while the past is learnt; afterwards nothing is shown that is not durable."""

_ROOM = 512
"""Facts that may wait for the engine: when the show is over, little is left to do."""


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
    seed: Seed = 7,
    port: Port = 8700,
    seconds: For = None,
    headless: Headless = False,
    browser: Open = False,
    journal: options.Journal = None,
    audit_key: AuditKey = "",
    anchor: Anchors = None,
    json: options.Json = None,
) -> None:
    """The whole system on a synthetic or recorded market; nothing is at stake.

    Example: trimtab demo --speed 7200 --seed 7
    """
    inbox = Inbox(_ROOM)
    pace = Pace(speed, inbox)
    with (
        ended_by_signal(inbox.close),
        _journal_file(journal) as file,
        nullcontext() if headless else _page(pace, port, file) as shown,
    ):
        scenes = _scenes(candles, predictions, funding, seed)
        start = _started(scenes, None if candles else seed)
        audit = AuditSettings(key=audit_key, anchors=tuple(anchor or ()))
        with closing(live_journal(file, start)) as store, _notarised(file, audit) as notary:
            summary = Summary()
            runner = bot(start, store, _listening(summary, shown, notary), _LEARNING)
            _invite(shown, browser=browser)
            _learn(runner, scenes, inbox)
            summary.forget()
            say(f"playing the present, {speed:,.0f} times as fast as it would happen")
            _play(
                EngineLoop(runner, inbox, SystemClock()),
                inbox,
                shown,
                partial(pace.play, scenes.live(), seconds),
            )
    result = _result(summary, runner)
    say(
        f"{result.adaptations} adaptations, {summary.market_events.total()} market events, "
        f"{result.trades} trades, {len(result.errors)} errors"
    )
    write_json(result, json)


def _notarised(file: Path, audit: AuditSettings) -> AbstractContextManager[Notary | None]:
    if not audit.key:
        return nullcontext()
    from trimtab.app.audit.notarising import notarised  # noqa: PLC0415 - most demos need no keys

    return notarised(str(file), audit)


def _listening(summary: Summary, shown: Shown | None, notary: Notary | None) -> list[Audience]:
    return [summary, *([shown.hub] if shown else []), *([notary] if notary else [])]


def _page(pace: Pace, port: int, file: Path) -> AbstractContextManager[Shown]:
    """The page, before anything that takes longer: a port that is taken is told at once."""
    from trimtab.app.showing import shown  # noqa: PLC0415 - a headless demo needs no server

    return shown(pace.order, port, str(file))


@contextmanager
def _journal_file(named: Path | None) -> Generator[Path]:
    """The file that the user named, or one that goes when the demo ends. Raises UserError."""
    if named is None:
        with tempfile.TemporaryDirectory(prefix="trimtab-demo-") as folder:
            yield Path(folder) / "demo.db"
    elif named.exists():
        raise UserError(f"{named}: exists already: name another file, or remove it")
    else:
        yield named


def _scenes(
    candles: Path | None, predictions: Path | None, funding: Path | None, seed: int
) -> Scenes:
    if candles is not None:
        return recorded_scenes(recording_asked_for(candles, predictions, funding))
    for option, path in (("--predictions", predictions), ("--funding", funding)):
        if path is not None:
            raise UserError(f"{option} {path}: add --candles, the file of the same market")
    return synthetic_scenes(seed)


def _started(scenes: Scenes, seed: int | None) -> EngineStarted:
    recording = scenes.recording
    written = configuration(Settings(), recording.topics, recording.candles.coins)
    return replace(started_on(recording, written, bot="demo"), mode="demo", seed=seed)


def _learn(runner: ReactiveBot, scenes: Scenes, inbox: Inbox) -> None:
    """The past, at full speed."""
    say("learning from the past of this market ...")
    for fact in takewhile(lambda _: not inbox.closed, scenes.past()):
        runner.take(fact)
    runner.flush()


def _play(loop: EngineLoop, inbox: Inbox, shown: Shown | None, feed: Callable[[], None]) -> None:
    """The feed in a thread of its own, the engine in this one, until both are done."""
    if shown:
        shown.hub.watch(lambda: loop.state)
    with ThreadPoolExecutor(1, "feed") as threads, watched(lambda: loop.state, _tell):
        feeding = threads.submit(feed)
        try:
            loop.run()
        finally:
            inbox.close()
        feeding.result()


def _tell(state: EngineState) -> None:
    words = f": {state.because}" if state.because else " again"
    say(f"the engine is {state.status}{words}")


def _invite(shown: Shown | None, *, browser: bool) -> None:
    place = f": [bold]{shown.url}[/bold]" if shown else ""
    console.print(f"DEMO, nothing real{place}  (Ctrl+C ends it)", soft_wrap=True)
    if shown and browser:
        webbrowser.open(shown.url)


def _result(summary: Summary, runner: ReactiveBot) -> DemoResult:
    events = dict(sorted(summary.market_events.items()))
    return DemoResult(len(summary.adaptations), events, summary.trades, runner.listener_errors)
