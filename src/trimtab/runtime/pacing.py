"""Recorded time at the speed of a viewer: waits between facts, and lets commands jump the queue."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterable, Iterator
from math import inf

from trimtab.domain.commands import Command
from trimtab.domain.facts import Outside
from trimtab.domain.units import SECOND, Micros

_GLANCE = 0.25
"""Seconds between two looks at the clock while nothing happens."""


class Inbox:
    """Operator's commands on their way from the dashboard to the loop. Safe between threads."""

    def __init__(self) -> None:
        self._commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self.closed = False

    def put(self, command: Command) -> None:
        self._commands.put(command)

    def close(self) -> None:
        """Asks the loop to end. May be called from a signal's handler."""
        self.closed = True

    def next(self, within: float) -> Command | None:
        """The next command, waiting at most so many seconds (monotonic)."""
        try:
            return (
                self._commands.get(timeout=within) if within > 0.0 else self._commands.get_nowait()
            )
        except queue.Empty:
            return None


class Pace:
    """Plays facts `speed` times as fast as they happened; commands are handed out at once."""

    def __init__(
        self, speed: float, inbox: Inbox, stamp: Callable[[Command, Micros], Command]
    ) -> None:
        """`stamp` gives a command the recorded time at which it arrives."""
        self._speed = speed
        self._inbox = inbox
        self._stamp = stamp

    def played(self, facts: Iterable[Outside], until: float | None = None) -> Iterator[Outside]:
        """The facts in their time, with commands between them, late or not.

        Ends after `until` seconds, or when the inbox is closed.
        """
        began = time.monotonic()
        end = inf if until is None else began + until
        first = now = None
        for fact in facts:
            first = fact.at if first is None else first
            now = fact.at if now is None else now
            for command in self._commands(began + (fact.at - first) / SECOND / self._speed, end):
                yield self._stamp(command, now)
            if self._is_over(end):
                return
            now = fact.at
            yield fact

    def _commands(self, due: float, end: float) -> Iterator[Command]:
        """All that arrive until `due`, and at least those that are there already."""
        while not self._is_over(end):
            left = due - time.monotonic()
            command = self._inbox.next(min(left, _GLANCE))
            if command is not None:
                yield command
            elif left <= 0.0:
                return

    def _is_over(self, end: float) -> bool:
        return self._inbox.closed or time.monotonic() >= end
