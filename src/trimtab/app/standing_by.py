"""An engine that waits until the one that writes its bot's journal is gone, and goes on for it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from threading import Event

from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.memory.event_store import MemoryJournal
from trimtab.adapters.system_clock import SystemClock
from trimtab.app.compose import run_through
from trimtab.app.demo_market import Scenes
from trimtab.app.errors import UserError
from trimtab.app.journals import is_on_postgres, standby
from trimtab.app.output import say
from trimtab.app.summary import Summary
from trimtab.domain.observations import EngineStarted
from trimtab.ports import EngineState, Journal, JournalError

_REHEARSED = 300
"""Facts."""

Watch = Callable[[Callable[[], EngineState]], None]
"""Is told where to ask how the engine is."""


def check_can_stand_by(place: str) -> None:
    """Raises UserError unless the journal is where a lock passes from one engine to another."""
    if not is_on_postgres(place):
        named = place or "no journal is named"
        raise UserError(
            f"--standby: {named}: a standby needs a journal on PostgreSQL: name its URL by --journal"
        )


def rehearse(start: EngineStarted, scenes: Scenes) -> None:
    """The first facts in memory: compiled kernels are loaded now, not when every second counts."""
    journal = MemoryJournal(start.bot, StandingClock(start.at))
    run_through(start, islice(scenes.past(), _REHEARSED), journal, Summary())


def taken_over(place: str, bot: str, ended: Event, watch: Watch | None) -> Journal | None:
    """The journal, as soon as nobody else writes it; None if `ended` was set before.

    Raises JournalError.
    """
    waits = EngineState("standby", SystemClock().now(), f"another engine writes {bot}")
    if watch is not None:
        watch(lambda: waits)
    say(f"standing by for {bot} (Ctrl+C ends it)")
    try:
        journal = standby(place, bot, SystemClock(), ended)
    except JournalError:
        if ended.is_set():
            return None
        raise
    say(f"no other engine writes {bot}: this one goes on after seq {journal.flush():,}")
    return journal
