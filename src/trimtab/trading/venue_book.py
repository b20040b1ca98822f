"""What a venue holds for the bot, by the venue's own fills: positions and the orders that work."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from trimtab.domain.decisions import OrderIntended
from trimtab.domain.observations import (
    OrderAccepted,
    OrderCancelled,
    OrderFilled,
    OrderOutcomeUnknown,
    OrderRejected,
    OrderSent,
    VenuePolicy,
)
from trimtab.domain.units import Coin, Micros, OrderId
from trimtab.trading.venue_account import VenueAccount

OrderState = Literal["intended", "sent", "resting", "unknown", "cancelling"]
Outcome = (
    OrderSent | OrderAccepted | OrderFilled | OrderCancelled | OrderRejected | OrderOutcomeUnknown
)

TRADES = 5_000
"""Numbers of fills that are remembered: a fill that is told again is one of the newest."""

NOTHING = Decimal(0)


class Holding(Struct, frozen=True):
    """A position at the venue."""

    size: Decimal
    """Signed, negative is short."""
    entry: Decimal
    """Mean price, without fees."""


class Working(Struct, frozen=True):
    """An order whose end has not been heard of."""

    order: OrderIntended
    state: OrderState = "intended"
    filled: Decimal = NOTHING

    @property
    def remaining(self) -> Decimal:
        return self.order.size - self.filled


class VenueBook(Struct, frozen=True):
    """A fold over outcomes. What is missing in them is never read as flat, or as cancelled."""

    policy: VenuePolicy
    holdings: dict[Coin, Holding] = {}
    """Without those that are flat."""
    working: dict[OrderId, Working] = {}
    trades: tuple[int, ...] = ()
    """The newest fills' numbers."""
    strangers: dict[Coin, Decimal] = {}
    """Signed sizes that somebody else holds in the same account, and that are left alone."""
    kept: tuple[Coin, ...] = ()
    """Coins whose position was adopted: protected, and not taken for an excess."""
    refused: dict[Coin, Micros] = {}
    """When the venue last refused a stop."""
    account: VenueAccount = VenueAccount()
    transferred: Micros = Micros(0)
    """When money last came or went, as far as was told."""

    def heard(self, fact: Outcome) -> VenueBook:
        """The book after an outcome; one that was heard before changes nothing."""
        match fact:
            case OrderFilled():
                return self._filled(fact)
            case OrderRejected():
                return self._refused(fact)._without(fact.order)
            case OrderCancelled():
                return self._without(fact.order)
            case OrderSent():
                return self._in_state(fact.order, "sent")
            case OrderAccepted():
                return self._in_state(fact.order, "resting")
            case OrderOutcomeUnknown():
                return self._in_state(fact.order, "unknown")

    def held(self, coin: Coin) -> Decimal:
        """Signed size; 0 is flat."""
        holding = self.holdings.get(coin)
        return holding.size if holding else NOTHING

    def of_coin(self, coin: Coin) -> tuple[Working, ...]:
        """Orders that work for the coin, the oldest first."""
        return tuple(one for one in self.working.values() if one.order.coin == coin)

    def stop_of(self, coin: Coin) -> Working | None:
        """The stop that protects the coin's position; one that is being cancelled is none."""
        stops = [
            one
            for one in self.of_coin(coin)
            if one.order.purpose == "protect" and one.state != "cancelling"
        ]
        return stops[-1] if stops else None

    def is_flat(self, coin: Coin) -> bool:
        """Whether nothing is held and nothing works: confirmed, not assumed."""
        return not self.held(coin) and not self.of_coin(coin)

    def intends(self, order: OrderIntended) -> VenueBook:
        """From now on the order may be executed."""
        return replace(self, working={**self.working, order.order: Working(order)})

    def cancelling(self, order: OrderId) -> VenueBook:
        """It works until the venue says that it does not."""
        return self._in_state(order, "cancelling")

    def holding(self, coin: Coin, size: Decimal, entry: Decimal) -> VenueBook:
        """The coin's position is this, whatever it was."""
        others = {one: each for one, each in self.holdings.items() if one != coin}
        return replace(self, holdings={**others, coin: Holding(size, entry)} if size else others)

    def unexplained(self, positions: dict[Coin, Decimal]) -> dict[Coin, Decimal]:
        """Of the positions that are reported those that neither fills nor working orders explain.

        A coin that is not named is not thereby flat.
        """
        return {coin: size for coin, size in positions.items() if self._is_odd(coin, size)}

    def _is_odd(self, coin: Coin, size: Decimal) -> bool:
        on_its_way = sum((one.remaining for one in self.of_coin(coin)), NOTHING)
        expected = self.held(coin) + self.strangers.get(coin, NOTHING)
        return abs(size - expected) > on_its_way

    def _filled(self, fact: OrderFilled) -> VenueBook:
        if fact.trade and fact.trade in self.trades:
            return self
        trades = (*self.trades, fact.trade)[-TRADES:] if fact.trade else self.trades
        bought = fact.size if fact.side == "buy" else -fact.size
        size = self.held(fact.coin) + bought
        book = self.holding(fact.coin, size, self._entry(fact, size))
        kept = tuple(coin for coin in self.kept if coin != fact.coin or size)
        return replace(book, trades=trades, kept=kept)._executed(fact)

    def _entry(self, fact: OrderFilled, size: Decimal) -> Decimal:
        """The mean price moves only where a position grows."""
        before = self.holdings.get(fact.coin)
        if before is None or before.size * size <= 0:
            return fact.price
        grown = abs(size) - abs(before.size)
        if grown <= 0:
            return before.entry
        return (before.entry * abs(before.size) + fact.price * grown) / abs(size)

    def _executed(self, fact: OrderFilled) -> VenueBook:
        known = self.working.get(fact.order)
        if known is None:
            return self
        filled = known.filled + fact.size
        if not fact.remaining or filled >= known.order.size:
            return self._without(fact.order)
        changed = replace(known, filled=filled)
        return replace(self, working={**self.working, fact.order: changed})

    def _refused(self, fact: OrderRejected) -> VenueBook:
        known = self.working.get(fact.order)
        if known is None or known.order.purpose != "protect":
            return self
        return replace(self, refused={**self.refused, fact.coin: fact.at})

    def _without(self, order: OrderId) -> VenueBook:
        return replace(
            self, working={key: one for key, one in self.working.items() if key != order}
        )

    def _in_state(self, order: OrderId, state: OrderState) -> VenueBook:
        known = self.working.get(order)
        if known is None or known.state == "cancelling":
            return self
        return replace(self, working={**self.working, order: replace(known, state=state)})
