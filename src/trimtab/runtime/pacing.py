"""Recorded time at the speed of a viewer: facts reach the inbox when it is their time."""

from __future__ import annotations

import time
from collections.abc import Iterable
from math import inf
from threading import Lock

from msgspec.structs import replace

from trimtab.domain.commands import Command
from trimtab.domain.facts import Outside
from trimtab.domain.units import SECOND, Micros
from trimtab.runtime.inbox import Inbox


class Pace:
    """Plays facts `speed` times as fast as they happened; commands get the recorded time.

    Keeps ports.Clock: between two facts time goes on, but never past the next one.
    """

    def __init__(self, speed: float, inbox: Inbox) -> None:
        self._speed = speed
        self._inbox = inbox
        self._now: Micros | None = None
        self._first, self._next = Micros(0), Micros(0)
        self._began = time.monotonic()
        self._early: list[Command] = []
        self._lock = Lock()

    def order(self, command: Command) -> None:
        """An operator's command, at once; before the show it waits for it. Safe between threads."""
        with self._lock:
            if self._now is None:
                self._early.append(command)
            else:
                self._inbox.put(moved(command, self._now))

    def stands_at(self, at: Micros) -> None:
        """Where the clock stands until the show begins."""
        self._first = self._next = at

    def now(self) -> Micros:
        """Of the market that is played."""
        with self._lock:
            gone = int((time.monotonic() - self._began) * SECOND * self._speed)
            return max(self._now or self._first, min(Micros(self._first + gone), self._next))

    def play(self, facts: Iterable[Outside], seconds: float | None = None) -> None:
        """Fills the inbox and closes it: at the last fact, or after so many seconds."""
        try:
            self._play(facts, inf if seconds is None else seconds)
        finally:
            self._inbox.close()

    def _play(self, facts: Iterable[Outside], seconds: float) -> None:
        began, first = time.monotonic(), None
        for fact in facts:
            first = fact.at if first is None else first
            self._comes(first, fact.at, began)
            due = (fact.at - first) / SECOND / self._speed
            played = time.monotonic() - began
            if self._inbox.wait_closed(max(min(due, seconds) - played, 0.0)) or (
                max(due, time.monotonic() - began) >= seconds
            ):
                return
            self._is_now(fact.at)
            self._inbox.put(fact)

    def _comes(self, first: Micros, at: Micros, began: float) -> None:
        with self._lock:
            self._first, self._next, self._began = first, at, began

    def _is_now(self, at: Micros) -> None:
        with self._lock:
            self._now = at
            early, self._early = self._early, []
        for command in early:
            self._inbox.put(moved(command, at))


def moved(command: Command, at: Micros) -> Command:
    """The command at another moment; what it says about later ones moves with it."""
    until = getattr(command, "until", None)
    if until is None:
        return replace(command, at=at)
    return replace(command, at=at, until=Micros(until + at - command.at))
