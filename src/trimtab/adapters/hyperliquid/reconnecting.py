"""How long to wait before another attempt, and how many connections there may be."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from msgspec import Struct

CONNECTIONS = 10
"""The venue's limit for one address; older documents say 100."""


class BackOff(Struct, frozen=True):
    """Twice as long after each failure; the jitter keeps many clients from coming back at once."""

    first: float = 2.0
    """Seconds: 30 new connections a minute are allowed."""
    longest: float = 30.0

    def pause(self, failures: int, chance: float) -> float:
        """Seconds before the next attempt after so many failures; `chance` is in [0, 1)."""
        return min(self.longest, self.first * 2.0 ** min(failures, 20)) * (1.0 + chance / 2.0)


class ConnectionRoom:
    """Places for connections of one machine; who finds none waits. Belongs to one event loop."""

    def __init__(self, places: int = CONNECTIONS) -> None:
        self._places = asyncio.Semaphore(places)

    async def __aenter__(self) -> None:
        await self._places.acquire()

    async def __aexit__(self, *_: object) -> None:
        self._places.release()


Chance = Callable[[], float]
"""Numbers in [0, 1), such as those of a seeded generator."""
