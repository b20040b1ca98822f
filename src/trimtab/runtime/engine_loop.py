"""The engine's loop: take what waits, fold it all, one flush, publish. It alone writes.

When the journal refuses, the engine halts: nothing is published or acted on, the facts that are
not durable keep their order, and all of them are tried again until it works.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from trimtab.domain.facts import Outside
from trimtab.domain.units import SECOND, Micros
from trimtab.ports import (
    Clock,
    Companion,
    EngineState,
    EngineStatus,
    JournalError,
    JournalLostError,
)
from trimtab.runtime.heartbeat import Heartbeat
from trimtab.runtime.inbox import Inbox
from trimtab.runtime.reactive_bot import ReactiveBot
from trimtab.runtime.short_slices import ask_for_short_slices

LIMIT = 512
"""Facts from outside in one flush at most: the longest that a pause has to wait."""

STALL = 2.0
"""Seconds after which work that has not come back is shown."""

FIRST_WAIT, LONGEST_WAIT = 0.05, 2.0
"""Seconds before the journal is tried again; doubled each time."""

_STALLED = "the journal does not answer: check the disk, or the server that holds it"


class EngineLoop:
    """Runs a bot on what its inbox holds. `state` may be read from any thread."""

    def __init__(
        self,
        bot: ReactiveBot,
        inbox: Inbox,
        clock: Clock,
        limit: int = LIMIT,
        companions: Sequence[Companion] = (),
        heartbeat: Heartbeat | None = None,
    ) -> None:
        """`limit`: facts from outside in one flush. `companions`: told of with its own state.

        `heartbeat`: what the bot is told when nobody else speaks.
        """
        self._bot = bot
        self._inbox = inbox
        self._clock = clock
        self._limit = limit
        self._companions = companions
        self._heartbeat = heartbeat
        self._state = EngineState("starting", clock.now())
        self._pending: list[Outside] = []
        """Accepted, and not durable yet."""
        self._busy_since: float | None = None

    @property
    def state(self) -> EngineState:
        """As it is now: whoever looks sees also that the engine's own thread does not come back."""
        state, busy_since = self._state, self._busy_since
        lasts = 0.0 if busy_since is None else time.monotonic() - busy_since
        if state.status == "running" and lasts >= STALL:
            since = Micros(self._clock.now() - int(lasts * SECOND))
            state = EngineState("stalled", since, _STALLED)
        listeners = self._bot.listeners
        return state._replace(
            waiting=len(self._pending) + len(self._inbox),
            unheard=sum(one.waiting for one in listeners),
            buried=sum(one.buried for one in listeners),
            companions=tuple(one.companion for one in self._companions),
        )

    def run(self) -> None:
        """Until the inbox is closed and all that it accepted is durable; then a last snapshot.

        Raises JournalError when the journal still refuses then, JournalLostError at once.
        """
        ask_for_short_slices()
        self._bot.group = sys.maxsize  # only this loop decides when to flush
        self._becomes("running")
        try:
            while self._has_taken():
                self._make_durable()
            self._bot.finish()
        except BaseException as error:
            self._becomes("ended", str(error) or type(error).__name__)
            raise
        self._becomes("ended")

    def _has_taken(self) -> bool:
        """Waits for facts; False when none will come."""
        heart = self._heartbeat
        while not self._pending:
            ended = self._inbox.closed
            taken = self._inbox.take(self._limit, heart.look if heart else None)
            if ended and not taken:
                return False
            self._pending = heart.beside(self._bot.mind, taken) if heart else taken
        return True

    def _make_durable(self) -> None:
        """Tries until it works; after the inbox was closed once more."""
        wait = FIRST_WAIT
        while self._pending:
            last = self._inbox.closed
            try:
                self._attempt()
            except JournalLostError:
                raise
            except JournalError as error:
                if last:
                    raise
                self._halt(str(error))
                self._inbox.wait_closed(wait)
                wait = min(2.0 * wait, LONGEST_WAIT)
                self._pending = [*self._inbox.take_urgent(), *self._pending]

    def _attempt(self) -> None:
        """Folds what is pending and flushes it; if that fails, the bot is as it was before."""
        self._busy_since = time.monotonic()
        try:
            for fact in self._pending:
                self._bot.take(fact)
            self._bot.flush()
        finally:
            self._busy_since = None
        self._pending = []
        if self._state.status != "running":
            self._becomes("running")

    def _halt(self, because: str) -> None:
        since = self._state.since if self._state.status == "halted" else self._clock.now()
        self._state = EngineState("halted", since, because)

    def _becomes(self, status: EngineStatus, because: str = "") -> None:
        self._state = EngineState(status, self._clock.now(), because)
