"""A door that nobody hears from for hours anyway: whether it is open is seen from its events."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from trimtab.domain.facts import Outside
from trimtab.domain.observations import FeedLost, FeedRestored
from trimtab.ports import Clock

LOOK = 0.5
"""Seconds between two looks."""


class DoorWatch:
    """Tells when it closes and when it is open again, each once."""

    def __init__(
        self, feed: str, problem: Callable[[], str], tell: Callable[[Outside], object]
    ) -> None:
        """`problem`: why it is closed; empty while it is open. `tell` must not wait."""
        self._feed = feed
        self._problem = problem
        self._tell = tell
        self._closed = False

    async def run(self, clock: Clock) -> None:
        """Until it is cancelled."""
        while True:
            self.look(clock)
            await asyncio.sleep(LOOK)

    def look(self, clock: Clock) -> None:
        problem = self._problem()
        if problem and not self._closed:
            self._tell(FeedLost(clock.now(), self._feed, f"{problem}; forecasts are asked for"))
        if self._closed and not problem:
            self._tell(FeedRestored(clock.now(), self._feed))
        self._closed = bool(problem)
