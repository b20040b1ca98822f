"""A demo from its first fact to its last: the past is learnt at full speed, the present is played."""

from __future__ import annotations

import tempfile
import webbrowser
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from functools import partial
from itertools import takewhile
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from trimtab.adapters.parquet.recorded_coins import RecordedCoins
from trimtab.adapters.system_clock import SystemClock
from trimtab.app.companions import companions
from trimtab.app.compose import live_bot, live_journal
from trimtab.app.configuring import configuration, instruments, watched
from trimtab.app.demo_market import Scenes
from trimtab.app.errors import UserError
from trimtab.app.going_on import Reached, check_market, reached, rest
from trimtab.app.interruption import ended_by_signal
from trimtab.app.journals import of_bot
from trimtab.app.output import console, say
from trimtab.app.paper_venue import PaperVenue
from trimtab.app.settings import Settings
from trimtab.app.standing_by import check_can_stand_by, rehearse, taken_over
from trimtab.app.starting import started_on
from trimtab.app.summary import Summary
from trimtab.domain.facts import Outside
from trimtab.domain.observations import EngineStarted
from trimtab.ports import Audience, EngineState, Journal
from trimtab.runtime.coin_desk import CoinDesk
from trimtab.runtime.engine_loop import LIMIT, EngineLoop
from trimtab.runtime.inbox import Inbox
from trimtab.runtime.pacing import Pace
from trimtab.runtime.reactive_bot import ReactiveBot
from trimtab.runtime.watchdog import watched as supervised

if TYPE_CHECKING:
    from trimtab.app.showing import Shown

_LEARNING = 5_000
"""Facts a flush while the past is learnt; afterwards nothing is shown that is not durable."""

_ROOM = 512
"""Facts that may wait for the engine: when the show is over, little is left to do."""


class Show(Struct, frozen=True):
    """What somebody wants to see."""

    settings: Settings
    scenes: Callable[[], Scenes]
    """Takes a while, and may raise what is wrong with the files."""
    seed: int | None
    """Of a made-up market."""
    speed: float
    """Market seconds a second."""
    seconds: float | None
    """After which it ends."""
    headless: bool
    browser: bool
    standby: bool = False
    """Whether it waits for the engine that writes its journal, and goes on for it."""


def played(show: Show) -> tuple[Summary, list[str]]:
    """What happened since the viewer came in, and what went wrong in those who listen.

    Raises JournalError, and what is wrong with files, ports and keys.
    """
    settings, inbox, ended = show.settings, Inbox(_ROOM), Event()
    pace = Pace(show.speed, inbox)
    if show.standby:
        check_can_stand_by(settings.journal)

    def end() -> None:
        ended.set()
        inbox.close()

    with (
        ended_by_signal(end),
        _journal_file(of_bot(settings.journal, settings.bot)) as file,
        nullcontext() if show.headless else _page(pace, settings.port, file) as shown,
    ):
        scenes = show.scenes()
        start = _started(settings, scenes, show.seed)
        _invite(shown, browser=show.browser)
        if not show.standby:
            journal: Journal | None = live_journal(file, start)
        else:
            rehearse(start, scenes)
            journal = taken_over(file, start.bot, ended, shown.hub.watch if shown else None)
        if journal is None:  # ended while it waited
            return Summary(), []
        with (
            closing(journal),
            companions(file, settings) as beside,
            _coin_desk(scenes, inbox) as coins,
        ):
            summary = Summary()
            pages, venue = [shown.hub] if shown else [], PaperVenue(inbox, pace)
            audiences: list[Audience] = [*venue.audiences, summary, *pages, *beside, coins]
            done, again = _gone_on(journal, start)
            runner = live_bot(again, journal, audiences, _LEARNING, settings.snapshot_every)
            _learn(runner, rest(scenes.past(), done), inbox, venue, pace)
            coins.ask(runner.mind.awaited, runner.mind.books.closed)
            summary.forget()
            say(f"playing the present, {show.speed:,.0f} times as fast as it would happen")
            _play(
                EngineLoop(runner, inbox, SystemClock(), LIMIT, beside, venue.heartbeat()),
                inbox,
                shown,
                partial(pace.play, rest(scenes.live(), done), show.seconds),
            )
    return summary, runner.listener_errors


def _page(pace: Pace, port: int, file: str) -> AbstractContextManager[Shown]:
    """The page, before anything that takes longer: a port that is taken is told at once."""
    from trimtab.app.showing import shown  # noqa: PLC0415 - a headless demo needs no server

    return shown(pace.order, port, file)


@contextmanager
def _journal_file(named: str) -> Generator[str]:
    """The place that the user named, or a file that goes when the demo ends. Raises UserError."""
    if not named:
        with tempfile.TemporaryDirectory(prefix="trimtab-demo-") as folder:
            yield str(Path(folder) / "demo.db")
    elif Path(named).exists():
        raise UserError(f"{named}: exists already: name another file, or remove it")
    else:
        yield named


def _started(settings: Settings, scenes: Scenes, seed: int | None) -> EngineStarted:
    recording = scenes.recording
    coins = watched(settings, recording.candles.coins)
    written = configuration(settings, recording.topics, coins)
    start = started_on(recording, written, bot=settings.bot)
    own = tuple(one for one in start.instruments if one.coin in coins)
    return replace(start, mode="demo", seed=seed, instruments=own, standby=settings.standby)


def _gone_on(journal: Journal, start: EngineStarted) -> tuple[Reached | None, EngineStarted]:
    """How far the market is in the journal, and the start that goes on from there."""
    done = reached(journal)
    check_market(journal, start)
    return done, start if done is None else replace(start, at=done.at)


def _coin_desk(scenes: Scenes, inbox: Inbox) -> CoinDesk:
    """Coins of the record that the bot does not watch from the start can join it."""
    candles = scenes.recording.candles
    return CoinDesk(RecordedCoins(candles, instruments(candles.coins, candles.bars)), inbox.put)


def _learn(
    runner: ReactiveBot, past: Iterable[Outside], inbox: Inbox, venue: PaperVenue, pace: Pace
) -> None:
    """The past, at full speed; there the market's clock stands until the present begins."""
    venue.serve(runner)
    say("learning from the past of this market ...")
    for fact in takewhile(lambda _: not inbox.closed, past):
        runner.take(fact)
    runner.flush()
    pace.stands_at(runner.mind.books.closed)


def _play(loop: EngineLoop, inbox: Inbox, shown: Shown | None, feed: Callable[[], None]) -> None:
    """The feed in a thread of its own, the engine in this one, until both are done."""
    if shown:
        shown.hub.watch(lambda: loop.state)
    with ThreadPoolExecutor(1, "feed") as threads, supervised(lambda: loop.state, _tell):
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
