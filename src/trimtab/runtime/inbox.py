"""Facts from outside on their way to the engine: bounded, in order, and a pause goes first."""

from __future__ import annotations

from collections import deque
from threading import Condition

from trimtab.domain.commands import Pause, Resume, StopTrading
from trimtab.domain.facts import Outside
from trimtab.domain.observations import (
    OrderAccepted,
    OrderCancelled,
    OrderFilled,
    OrderOutcomeUnknown,
    OrderRejected,
    OrderSent,
)

OUTCOMES = (
    OrderSent, OrderAccepted, OrderRejected, OrderFilled, OrderCancelled, OrderOutcomeUnknown,
)  # fmt: skip

ROOM = 10_000
"""Facts that may wait: seconds of the busiest market."""


class Inbox:
    """Safe between threads. What was accepted is handed out, each fact once.

    Pausing, resuming and stopping come before all else, in their own order, and are always
    accepted: a person cannot fill the room. Then what became of orders, also after the end: it
    answers what was handed out before. For other facts there is back-pressure.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._urgent: deque[Outside] = deque()
        self._facts: deque[Outside] = deque()
        self._changed = Condition()  # re-entrant: a signal's handler may close in midst of anything
        self._closed = False

    def put(self, fact: Outside, within: float | None = None) -> bool:
        """Whether it was accepted; while the room is full it waits so many seconds, or for ever.

        After `close` nothing is accepted.
        """
        with self._changed:
            if isinstance(fact, OUTCOMES):
                accepted, lane = True, self._urgent
            elif isinstance(fact, Pause | Resume | StopTrading):
                accepted, lane = not self._closed, self._urgent
            else:
                accepted, lane = self._has_room(within), self._facts
            if accepted:
                lane.append(fact)
                self._changed.notify_all()
            return accepted

    def take(self, limit: int, within: float | None = None) -> list[Outside]:
        """What waits, at most `limit` facts; none only after so many seconds, or when closed."""
        with self._changed:
            self._changed.wait_for(self._is_worth_looking, within)
            facts = self._drawn(self._urgent, limit)
            facts += self._drawn(self._facts, limit - len(facts))
            if facts:
                self._changed.notify_all()
            return facts

    def take_urgent(self) -> list[Outside]:
        """Only what goes before all else, without waiting."""
        with self._changed:
            return self._drawn(self._urgent, len(self._urgent))

    @property
    def pauses(self) -> bool:
        """Whether a pause or a stop waits, and no person's word to go on after it."""
        with self._changed:
            words = [one for one in self._urgent if isinstance(one, Pause | Resume | StopTrading)]
            return bool(words) and not isinstance(words[-1], Resume)

    def close(self) -> None:
        """Nothing more comes; what waits is still handed out. A signal's handler may call it."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @property
    def closed(self) -> bool:
        """Whether `close` was called; facts may still wait."""
        return self._closed

    def wait_closed(self, within: float) -> bool:
        """Sleeps for so many seconds, or until it is closed; whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: self._closed, within)

    def __len__(self) -> int:
        """Facts that wait."""
        return len(self._urgent) + len(self._facts)

    def _has_room(self, within: float | None) -> bool:
        self._changed.wait_for(lambda: self._closed or len(self._facts) < self._room, within)
        return not self._closed and len(self._facts) < self._room

    def _is_worth_looking(self) -> bool:
        return bool(self._urgent or self._facts or self._closed)

    @staticmethod
    def _drawn(lane: deque[Outside], limit: int) -> list[Outside]:
        return [lane.popleft() for _ in range(min(limit, len(lane)))]
