"""Tells a bot of the time and of its account: where that changes something, and else rarely.

Silence, a wrong clock and an account that holds something else are noticed by nobody but the bot
itself, and only if somebody tells it of time and of the account. Every such telling is a row of the
journal, so the pure core is asked first what it would make of it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from trimtab.domain.facts import Outside
from trimtab.domain.observations import BarsClosed, TimePassed
from trimtab.domain.units import DAY, HOUR, MINUTE, Micros
from trimtab.mind.mind import Mind
from trimtab.mind.react import react
from trimtab.ports import Clock, Exchange

LOOK = 0.25
"""Seconds between two looks: how late a breaker may trip."""

QUIET = HOUR
"""After so long without any fact the time is told, though nothing follows from it."""

EVIDENCE = DAY
"""After so long the account is told, though it agrees: that it was compared is on the record."""

WORTH = MINUTE
"""So often a venue's account is told in any case: nobody else knows what it is worth."""


class Heartbeat:
    """Lives in the engine's thread, and looks only between two flushes: nothing is on its way."""

    def __init__(self, clock: Clock, exchange: Exchange, look: float = LOOK) -> None:
        """`clock`: the market's. `look`: seconds between two looks."""
        self._clock = clock
        self._exchange = exchange
        self.look = look
        self._looked = 0.0
        self._heard = self._reported = clock.now()

    def beside(self, mind: Mind, taken: Sequence[Outside]) -> list[Outside]:
        """What is to be folded next: what has to be told, if anything, and the facts that came."""
        now = self._clock.now()
        bars = any(isinstance(fact, BarsClosed) for fact in taken)
        told = self._told(mind, now) if self._is_due() and not bars else []
        if taken:
            self._heard = now
        return [*told, *_timed(mind, taken, now)]

    def _is_due(self) -> bool:
        now = time.monotonic()
        due = now - self._looked >= self.look
        self._looked = now if due else self._looked
        return due

    def _told(self, mind: Mind, now: Micros) -> list[Outside]:
        facts: list[Outside] = []
        passed = TimePassed(now)
        if now - self._heard > QUIET or _matters(mind, passed):
            self._heard = now
            facts.append(passed)
        account = self._exchange.account(now)
        if account is None:
            return facts
        evidence = EVIDENCE if mind.venue is None else WORTH
        if now - self._reported > evidence or _matters(mind, account):
            self._reported = now
            facts.append(account)
        return facts


def _timed(mind: Mind, taken: Sequence[Outside], now: Micros) -> list[Outside]:
    """A bar from the future is followed by the time, before anything is made of it."""
    most = mind.safety.limits.clock_error
    for place, fact in enumerate(taken, 1):
        if most is not None and isinstance(fact, BarsClosed) and fact.at - now > most:
            return [*taken[:place], TimePassed(now), *taken[place:]]
    return [*taken]


def _matters(mind: Mind, fact: Outside) -> bool:
    """Whether anything would follow from it."""
    return bool(react(mind, fact)[1])
