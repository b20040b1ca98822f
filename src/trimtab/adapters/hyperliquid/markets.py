"""The rules of all perpetuals, asked for again when a coin is missing."""

from __future__ import annotations

from collections.abc import Mapping

from trimtab.adapters.hyperliquid.info_client import InfoClient
from trimtab.adapters.hyperliquid.trading_rules import MarketRules, rules_of
from trimtab.domain.units import Coin


class Markets:
    """Of the venue's own exchange. Coins of others (`xyz:TSLA`) have other collateral and numbers."""

    def __init__(self, info: InfoClient) -> None:
        self._info = info
        self._rules: Mapping[Coin, MarketRules] = {}

    async def load(self) -> Mapping[Coin, MarketRules]:
        """Those that are traded now. Raises VenueError."""
        self._rules = rules_of(await self._info.meta())
        return self._rules

    async def of(self, coin: Coin) -> MarketRules | None:
        """None: there is no such market. Raises VenueError."""
        if ":" in coin:
            return None
        if coin not in self._rules:
            await self.load()
        return self._rules.get(coin)
