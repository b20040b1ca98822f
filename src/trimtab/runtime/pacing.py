"""Recorded time at the speed of a viewer: waits between facts, and lets commands jump the queue."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from trimtab.domain.commands import Command
from trimtab.domain.facts import Outside
from trimtab.domain.units import SECOND, Micros

Given = TypeVar("Given", bound=Command)


class Inbox:
    """Operator's commands on their way from the dashboard to the loop. Safe between threads."""

    def __init__(self) -> None:
        self._commands: queue.SimpleQueue[Command] = queue.SimpleQueue()

    def put(self, command: Command) -> None:
        self._commands.put(command)

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
        """The facts in their time, with commands between them; ends after `until` seconds."""
        began = time.monotonic()
        first: Micros | None = None
        now = Micros(0)
        for fact in facts:
            first = fact.at if first is None else first
            due = began + (fact.at - first) / SECOND / self._speed
            while (left := due - time.monotonic()) > 0.0:
                if until is not None and time.monotonic() - began >= until:
                    return
                command = self._inbox.next(min(left, 0.25))
                if command is not None:
                    yield self._stamp(command, now)
            now = fact.at
            yield fact
