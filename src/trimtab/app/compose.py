"""The composition root: names concrete adapters and builds a bot of them; the page is in `showing`."""

from __future__ import annotations

import gc
import platform
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.memory.event_store import MemoryJournal
from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.adapters.system_clock import SystemClock
from trimtab.app.configuring import static_twin
from trimtab.app.errors import UserError
from trimtab.app.journals import writable
from trimtab.domain.canonical import hash_of
from trimtab.domain.configuration import Configuration, Instrument, Mode, Stage
from trimtab.domain.facts import Outside
from trimtab.domain.observations import EngineStarted
from trimtab.domain.units import Micros
from trimtab.mind.mind import Mind
from trimtab.mind.starting_again import obstacle
from trimtab.ports import Audience, Journal, JournalError
from trimtab.runtime.event_dispatcher import EventDispatcher
from trimtab.runtime.reactive_bot import ReactiveBot
from trimtab.runtime.resuming import resumed
from trimtab.runtime.snapshot_keeper import SNAPSHOT_EVERY

GROUP = 20_000
"""Facts that wait for one flush where the past is replayed: nothing is acted on there."""


AT_STAKE: frozenset[Mode] = frozenset({"paper", "testnet", "live"})
"""Modes in which the stages of adaptation are climbed: the others only play."""


def started(
    written: Configuration,
    instruments: tuple[Instrument, ...],
    interval: Micros,
    at: Micros,
    *,
    bot: str = "trimtab",
    mode: Mode = "backtest",
    stage: Stage = "full",
) -> EngineStarted:
    """The first fact of a bot; its static twin trades the configuration as written."""
    return EngineStarted(
        at=at,
        bot=bot,
        mode=mode,
        stage=stage,
        interval=interval,
        configuration=written,
        configuration_hash=hash_of(written),
        instruments=instruments,
        twin=static_twin(written),
        versions=versions(),
        supervised=mode in AT_STAKE,
    )


def versions() -> dict[str, str]:
    """What replay has to agree on to be bit-exact."""
    names = ("numba", "numpy", "msgspec")
    return {
        "trimtab": version("trimtab"),
        "python": platform.python_version(),
        "machine": platform.machine(),
        **{name: version(name) for name in names},
    }


def bot(
    start: EngineStarted, journal: Journal, audiences: Sequence[Audience], group: int = 1
) -> ReactiveBot:
    """A bot that has just started; `group` > 1 only where nothing is acted on."""
    return ReactiveBot(start, journal, EventDispatcher(audiences), group)


@contextmanager
def journal_of_run(
    path: Path | None, start: EngineStarted, *, overwrite: bool = False
) -> Generator[Journal]:
    """For a recorded run: in memory, or a file that is whole, or absent if the run breaks off.

    Recorded at the moment of the start, so that equal runs give equal journals, hash for hash.
    Raises JournalError.
    """
    clock = StandingClock(start.at)
    if path is None:
        yield MemoryJournal(start.bot, clock)
        return
    journal = SqliteJournal.create(path, start.bot, clock, replace=overwrite)
    try:
        yield journal
    except BaseException:
        journal.abandon()
        raise
    journal.close()


def live_bot(
    start: EngineStarted,
    journal: Journal,
    audiences: Sequence[Audience],
    group: int = 1,
    snapshot_every: int = SNAPSHOT_EVERY,
) -> ReactiveBot:
    """A bot that goes on where its journal ends, or begins it.

    Raises UserError where the state cannot go on under what is configured now, and JournalError.
    """
    past = resumed(journal, start.versions)
    if past is not None and (changed := obstacle(past.mind.started, start)) is not None:
        raise UserError(
            f"this journal was begun with another configuration ({changed}): "
            "configure it as before, or begin another journal"
        )
    dispatcher = EventDispatcher(audiences)
    return ReactiveBot(start, journal, dispatcher, group, past=past, snapshot_every=snapshot_every)


def live_journal(place: str, start: EngineStarted) -> Journal:
    """A new one for a bot that people watch: every flush is durable. Raises JournalError."""
    journal = writable(place, start.bot, SystemClock())
    if journal.flush():
        journal.close()
        raise JournalError(f"{place}: holds rows of {start.bot} already: name another journal")
    return journal


@contextmanager
def _collector_resting() -> Generator[None]:
    """Facts hold no cycles, and a run makes very many of them: nothing to look for."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def run_through(
    start: EngineStarted,
    facts: Iterable[Outside],
    journal: Journal,
    audience: Audience,
    watch: Callable[[Mind], None] | None = None,
) -> ReactiveBot:
    """A recorded feed from its first fact to its last, as fast as it goes."""
    runner = ReactiveBot(start, journal, EventDispatcher([audience]), GROUP, watch=watch)
    with _collector_resting():
        for fact in facts:
            runner.take(fact)
        runner.flush()
    return runner
