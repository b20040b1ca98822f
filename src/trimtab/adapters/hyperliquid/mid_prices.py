"""The middle prices, and how old they are."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from time import monotonic as monotonic_now

from trimtab.adapters.hyperliquid.info_client import InfoClient
from trimtab.adapters.hyperliquid.market_messages import Mids
from trimtab.domain.units import Coin

FRESH = 5.0
"""Seconds for which a price from the stream is good enough to cap an order by."""


class MidPrices:
    """From the stream; asked for where that is silent."""

    def __init__(
        self, info: InfoClient, monotonic: Callable[[], float] = monotonic_now, fresh: float = FRESH
    ) -> None:
        self._info = info
        self._monotonic = monotonic
        self._fresh = fresh
        self._mids: Mids = {}
        self._heard = float("-inf")

    def take(self, mids: Mids) -> None:
        """All of them: a coin that is not named has no price any more."""
        self._mids = {coin: mid for coin, mid in mids.items() if mid.is_finite() and mid > 0}
        self._heard = self._monotonic()

    async def of(self, coin: Coin) -> Decimal | None:
        """None: the venue has none. Raises VenueError."""
        if self._monotonic() - self._heard > self._fresh or coin not in self._mids:
            self.take(await self._info.mids(urgent=True))
        return self._mids.get(coin)
