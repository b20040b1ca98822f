"""Holds requests back until the budget has room for them; urgent ones have the reserve."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic as monotonic_now

from msgspec.structs import replace

from trimtab.adapters.hyperliquid.rate_budget import RateBudget


class Throttle:
    """One for all that this machine asks of the venue. Belongs to one event loop."""

    def __init__(
        self,
        budget: RateBudget | None = None,
        monotonic: Callable[[], float] = monotonic_now,
    ) -> None:
        self._monotonic = monotonic
        self._budget = replace(budget or RateBudget(), at=monotonic())

    async def take(self, weight: float, *, urgent: bool = False) -> None:
        """Returns when a request of this weight may be sent."""
        while wait := self._budget.wait(weight, self._monotonic(), urgent=urgent):  # noqa: ASYNC110 - time sets no event
            await asyncio.sleep(wait)
        self.add(weight)

    def add(self, weight: float) -> None:
        """A reply weighed so much more than was known before."""
        self._budget = self._budget.spent(weight, self._monotonic())

    def exhausted(self) -> None:
        """The venue says that it was too much."""
        self._budget = self._budget.exhausted(self._monotonic())

    @property
    def available(self) -> float:
        """Weight that may be sent now."""
        return self._budget.available(self._monotonic())
