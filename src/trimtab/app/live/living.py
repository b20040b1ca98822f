"""A bot on real markets from its start to its end: what `trimtab run` does."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from random import SystemRandom
from threading import Event, Thread

from msgspec import Struct

from trimtab.adapters.hyperliquid.venue_access import Place, VenueThread
from trimtab.adapters.system_clock import SystemClock
from trimtab.app.companions import companions
from trimtab.app.compose import live_bot
from trimtab.app.interruption import ended_by_signal
from trimtab.app.journals import of_bot, writable
from trimtab.app.live.beginning import begun
from trimtab.app.live.doors import Begin, Doors
from trimtab.app.live.places import hyperliquid_place
from trimtab.app.live.traded_venue import TradedVenue, signer_of
from trimtab.app.output import console, say
from trimtab.app.paper_venue import PaperVenue
from trimtab.app.settings import Settings
from trimtab.app.showing import Shown, shown
from trimtab.app.summary import Summary
from trimtab.domain.commands import Command
from trimtab.ports import Audience, Clock, EngineState
from trimtab.runtime.coin_desk import CoinDesk
from trimtab.runtime.engine_loop import LIMIT, EngineLoop
from trimtab.runtime.inbox import Inbox
from trimtab.runtime.pacing import moved
from trimtab.runtime.watchdog import watched


class Life(Struct, frozen=True, eq=False):
    """What somebody wants to run."""

    settings: Settings
    passphrase: str = ""
    """Of the agent's key; none on paper."""
    seconds: float | None = None
    """After which it ends."""
    headless: bool = False
    clock: Clock = SystemClock()
    """Of the markets; one that runs quicker shows days in minutes, against stand-ins."""
    place: Place | None = None
    """Of Hyperliquid; None: as the settings say."""
    ended: Event | None = None
    """Ends it when it is set; None: a signal does."""


def lived(life: Life) -> tuple[Summary, list[str]]:
    """What happened, and what went wrong in those who listen.

    Raises UserError, JournalError, and what is wrong with ports.
    """
    settings, clock, inbox = life.settings, life.clock, Inbox()
    place = journal_place(settings)

    def order(command: Command) -> None:
        inbox.put(moved(command, clock.now()))

    page: AbstractContextManager[Shown | None] = (
        nullcontext() if life.headless else shown(order, settings.port, place)
    )
    with (
        _ending(inbox, life),
        page as seen,
        closing(
            VenueThread(life.place or hyperliquid_place(settings), SystemRandom().random)
        ) as thread,
        _trading(life, thread, inbox, clock) as venue,
        Doors(settings, thread, inbox.put, clock) as doors,
    ):
        _invite(settings, seen)
        world = doors.world()
        with (
            closing(writable(place, settings.bot, clock)) as journal,
            companions(place, settings) as beside,
            CoinDesk(doors, inbox.put) as coins,
        ):
            beginning = begun(settings, world, journal, clock.now())
            summary = Summary()
            pages = [seen.hub] if seen else []
            audiences: list[Audience] = [
                *venue.audiences, summary, *pages, *beside, coins,
            ]  # fmt: skip
            bot = live_bot(
                beginning.start, journal, audiences, snapshot_every=settings.snapshot_every
            )
            venue.serve(bot)
            doors.open(Begin(world, beginning.start.interval, beginning.since, beginning.past))
            coins.ask(bot.mind.awaited, clock.now())
            loop = EngineLoop(bot, inbox, clock, LIMIT, beside, venue.heartbeat())
            if seen:
                seen.hub.watch(lambda: loop.state)
            with watched(lambda: loop.state, _tell):
                loop.run()
    return summary, bot.listener_errors


def journal_place(settings: Settings) -> str:
    """Named, or a file of the bot's name where the command is given."""
    return of_bot(settings.journal, settings.bot) if settings.journal else f"{settings.bot}.db"


@contextmanager
def _trading(
    life: Life, thread: VenueThread, inbox: Inbox, clock: Clock
) -> Generator[PaperVenue | TradedVenue]:
    if life.settings.mode == "paper":
        yield PaperVenue(inbox, clock)
        return
    with (
        signer_of(life.settings, life.passphrase),
        closing(TradedVenue(life.settings, thread, inbox, clock)) as venue,
    ):
        yield venue


@contextmanager
def _ending(inbox: Inbox, life: Life) -> Generator[None]:
    """Closes the inbox on a signal, or when somebody says so, or after so many seconds."""
    ended = life.ended or Event()

    def wait() -> None:
        ended.wait(life.seconds)
        inbox.close()

    Thread(target=wait, daemon=True).start()
    if life.ended is not None:
        yield
        return
    with ended_by_signal(inbox.close):
        yield


def _tell(state: EngineState) -> None:
    words = f": {state.because}" if state.because else " again"
    say(f"the engine is {state.status}{words}")


def _invite(settings: Settings, seen: Shown | None) -> None:
    where = f": [bold]{seen.url}[/bold]" if seen else ""
    words = {
        "paper": "PAPER, real prices and no orders",
        "testnet": "TESTNET, orders without real money",
        "live": "LIVE, real money",
    }[settings.mode]
    console.print(f"{words}, stage {settings.stage}{where}  (Ctrl+C ends it)", soft_wrap=True)
