"""Where the bot's profit comes from: by coin, by the market's phase, and what costs took of it.

Of closed trades, whose profit the fills tell; what is open is in the equity of the marks only.
Spread and slippage are in the prices of the fills, so they are in `gross`: no fact tells them apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeVar

from msgspec import Struct

from trimtab.domain.decisions import MarketContextUpdate
from trimtab.domain.event_types import MarketRegimeChange
from trimtab.domain.facts import Fact
from trimtab.domain.market_context import Phase
from trimtab.domain.observations import OrderFilled
from trimtab.domain.units import MARKET, Coin


class Profit(Struct, frozen=True):
    """Sums over closed trades, in USD: `gross - fees - funding` is `net`."""

    trades: int = 0
    wins: int = 0
    gross: float = 0.0
    """From prices alone."""
    fees: float = 0.0
    funding: float = 0.0
    """Paid; negative when received."""
    net: float = 0.0

    def plus(self, other: Profit) -> Profit:
        """Of the trades of both."""
        return Profit(
            self.trades + other.trades,
            self.wins + other.wins,
            self.gross + other.gross,
            self.fees + other.fees,
            self.funding + other.funding,
            self.net + other.net,
        )


class OpenTrade(NamedTuple):
    """A trade that is not closed yet."""

    phase: Phase
    """When it was opened: the context in which it was chosen."""
    cash: float
    """Received less paid for what was traded."""
    fees: float


class ProfitAttribution(Struct, frozen=True):
    """As large as there are coins and phases. Each cut adds up to `total`."""

    phase: Phase = "unknown"
    """The market's, now."""
    open: dict[Coin, OpenTrade] = {}
    total: Profit = Profit()
    by_coin: dict[Coin, Profit] = {}
    by_phase: dict[Phase, Profit] = {}

    def after(self, fact: Fact) -> ProfitAttribution:
        """After one more fact; the same object where nothing changed."""
        match fact:
            case MarketContextUpdate():
                return self._in(fact.context.phase)
            case MarketRegimeChange() if fact.coin == MARKET:
                return self._in(fact.after)
            case OrderFilled():
                return self._filled(fact)
            case _:
                return self

    def _in(self, phase: Phase) -> ProfitAttribution:
        if phase == self.phase:
            return self
        return ProfitAttribution(phase, self.open, self.total, self.by_coin, self.by_phase)

    def _filled(self, fact: OrderFilled) -> ProfitAttribution:
        trade = _traded(self.open.get(fact.coin, OpenTrade(self.phase, 0.0, 0.0)), fact)
        others = {coin: each for coin, each in self.open.items() if coin != fact.coin}
        if fact.profit is None:
            still = {**others, fact.coin: trade}
            return ProfitAttribution(self.phase, still, self.total, self.by_coin, self.by_phase)
        profit = _closed(trade, float(fact.profit))
        return ProfitAttribution(
            self.phase,
            others,
            self.total.plus(profit),
            _added(self.by_coin, fact.coin, profit),
            _added(self.by_phase, trade.phase, profit),
        )


def _traded(trade: OpenTrade, fact: OrderFilled) -> OpenTrade:
    notional = float(fact.size * fact.price)
    cash = trade.cash + (notional if fact.side == "sell" else -notional)
    return OpenTrade(trade.phase, cash, trade.fees + float(fact.fee))


def _closed(trade: OpenTrade, net: float) -> Profit:
    """Funding is what neither prices nor fees explain of the profit that was told."""
    return Profit(1, int(net > 0.0), trade.cash, trade.fees, trade.cash - trade.fees - net, net)


Key = TypeVar("Key")


def _added(known: Mapping[Key, Profit], key: Key, profit: Profit) -> dict[Key, Profit]:
    return {**known, key: known.get(key, Profit()).plus(profit)}
