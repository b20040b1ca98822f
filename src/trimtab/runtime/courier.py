"""Brings checkpoints to one anchor, for as long as it takes, while everybody else goes on."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Condition, Thread
from time import monotonic

import structlog

from trimtab.ports import Anchor
from trimtab.records.checkpoint import Checkpoint

_log = structlog.get_logger()

FIRST_WAIT = 1.0
LONGEST_WAIT = 300.0
"""Seconds between two tries: doubled each time, up to this."""


class Courier:
    """A thread for one anchor. What an anchor lacks is found by asking it, so nothing is lost."""

    def __init__(self, anchor: Anchor, first_wait: float = FIRST_WAIT) -> None:
        self._anchor = anchor
        self._first_wait = first_wait
        self._bag: list[Checkpoint] = []
        self._changed = Condition()
        self._closing = False
        self._failures = 0
        self.problem: str | None = None
        """What a person should know; None while all goes well."""
        self._thread = Thread(target=self._run, name=f"courier to {anchor.name}", daemon=True)
        self._thread.start()

    def hand(self, checkpoints: Iterable[Checkpoint]) -> None:
        """Does not wait. They must be of one journal and in order."""
        with self._changed:
            self._bag += checkpoints
            self._changed.notify()

    def close(self, within: float) -> None:
        """One more try with what is left, then the end, after so many seconds at the latest."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(within)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._bag or self._closing)
                bag, last_try = list(self._bag), self._closing
            if bag:
                self._wait(self._delivered(bag))
            if last_try:
                return

    def _delivered(self, bag: list[Checkpoint]) -> float:
        """How many seconds to wait before the next try."""
        try:
            held = self._anchor.holds(bag[-1].origin)
            lacking = [one for one in bag if one.size > held]
            if lacking:
                self._anchor.take(lacking)
        except Exception as error:
            return self._failed(error)
        with self._changed:
            del self._bag[: len(bag)]
        self._failures, self.problem = 0, None
        return self._anchor.pause

    def _failed(self, error: Exception) -> float:
        self._failures += 1
        self.problem = str(error)
        wait = min(LONGEST_WAIT, self._first_wait * 2.0 ** (self._failures - 1))
        _log.warning("anchor failed", anchor=self._anchor.name, error=str(error), again_in_s=wait)
        return wait

    def _wait(self, seconds: float) -> None:
        until = monotonic() + seconds
        with self._changed:
            self._changed.wait_for(lambda: self._closing, max(0.0, until - monotonic()))
