"""From each coin's funding history to one fact an hour. Pure; time comes in."""

from __future__ import annotations

from collections.abc import Iterable

from trimtab.adapters.hyperliquid.market_messages import FundingRate
from trimtab.domain.observations import FundingPaid
from trimtab.domain.units import HOUR, MINUTE, Coin, Micros

PATIENCE = Micros(10 * MINUTE)
"""After the hour: a coin whose rate is not there by then is given the mean of the others."""


class FundingGatherer:
    """An hour is told once, when all coins' rates are known or patience is over."""

    def __init__(self, coins: Iterable[Coin], told: Micros) -> None:
        """`told`: the last hour that was told."""
        self._coins: dict[Coin, None] = dict.fromkeys(coins)
        self.told = Micros(told - told % HOUR)
        self._rates: dict[Micros, dict[Coin, float]] = {}

    @property
    def coins(self) -> tuple[Coin, ...]:
        return tuple(self._coins)

    def watch(self, coins: Iterable[Coin]) -> None:
        self._coins |= dict.fromkeys(coins)

    def is_due(self, now: Micros) -> bool:
        """Whether an hour has passed that was not told."""
        return now - now % HOUR > self.told

    def take(self, rates: Iterable[FundingRate]) -> None:
        """The venue settles some milliseconds after the hour."""
        for one in rates:
            moment = one.time * 1000
            hour = Micros(moment - moment % HOUR)
            if hour > self.told and one.coin in self._coins:
                self._rates.setdefault(hour, {})[Coin(one.coin)] = float(one.funding_rate)

    def paid(self, now: Micros) -> list[FundingPaid]:
        """The hours that can be told, oldest first; a later one never before an earlier one."""
        facts: list[FundingPaid] = []
        while self.is_due(now):
            hour = Micros(self.told + HOUR)
            rates = self._rates.get(hour, {})
            if len(rates) < len(self._coins) and now < hour + PATIENCE:
                break
            self.told = hour
            self._rates.pop(hour, None)
            if rates:
                facts.append(self._fact(hour, rates))
        return facts

    def _fact(self, hour: Micros, rates: dict[Coin, float]) -> FundingPaid:
        mean = sum(rates.values()) / len(rates)
        assumed = tuple(coin for coin in self._coins if coin not in rates)
        given = tuple(rates.get(coin, mean) for coin in self._coins)
        return FundingPaid(hour, self.coins, given, assumed)
