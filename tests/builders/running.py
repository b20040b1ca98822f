"""Run a bot over facts, and see what it told, row for row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeVar

from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.memory.event_store import MemoryJournal
from trimtab.domain.canonical import decode
from trimtab.domain.facts import Derived, Fact, Outside
from trimtab.domain.observations import EngineStarted
from trimtab.mind.mind import Mind
from trimtab.mind.react import react
from trimtab.records.journal_row import JournalRow
from trimtab.runtime.event_dispatcher import EventDispatcher
from trimtab.runtime.reactive_bot import ReactiveBot

Kind = TypeVar("Kind")


class Run(NamedTuple):
    """A bot's state at the end, and its journal."""

    mind: Mind
    rows: list[JournalRow]

    @property
    def derived(self) -> list[tuple[str, str]]:
        """Event id and canonical payload of every fact that the bot concluded."""
        return [(row.event_id, row.payload) for row in self.rows if row.causation_id is not None]

    @property
    def outside(self) -> list[Fact]:
        """What the journal says that the bot was told, the start included."""
        return [decode(row.payload) for row in self.rows if row.causation_id is None]

    def told(self, kind: type[Kind]) -> list[Kind]:
        """All facts of a kind, in order."""
        return of_kind([decode(row.payload) for row in self.rows], kind)


def run(started: EngineStarted, facts: Iterable[Outside]) -> Run:
    """Through the real loop and a real journal in memory."""
    journal = MemoryJournal(started.bot, StandingClock(started.at))
    bot = ReactiveBot(started, journal, EventDispatcher(), group=1_000_000)
    for fact in facts:
        bot.take(fact)
    bot.flush()
    return Run(bot.mind, list(journal.read()))


def reacted(mind: Mind, *facts: Outside) -> tuple[Mind, list[Derived]]:
    """What the pure core makes of the facts, one after the other."""
    told: list[Derived] = []
    for fact in facts:
        mind, more = react(mind, fact)
        told += more
    return mind, told


def of_kind(facts: Iterable[object], kind: type[Kind]) -> list[Kind]:
    """Those of one kind, in order."""
    return [fact for fact in facts if isinstance(fact, kind)]
