"""The paper exchange: an account that holds what the fill model filled of the orders it was given."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from threading import Lock

from trimtab.domain.decisions import OrderCancelIntended, OrderIntended
from trimtab.domain.facts import Fact
from trimtab.domain.observations import (
    CLOSE,
    AccountReported,
    BarsClosed,
    FundingPaid,
    OrderCancelled,
    OrderFilled,
)
from trimtab.domain.units import Coin, Micros, OrderId
from trimtab.mind.mind import Mind
from trimtab.ports import Recorded
from trimtab.trading.records import ACTUAL


class PaperExchange:
    """Keeps ports.Exchange, and is an audience: fills are derived, so they are heard, not made.

    It keeps its own accounts of durable facts. A fill of an order that it was never given is none
    of its own: then its account differs from the bot's books, as a venue's would.
    """

    def __init__(self, cash: Decimal = Decimal(0)) -> None:
        self._cash = cash
        self._positions: dict[Coin, Decimal] = {}
        self._prices: dict[Coin, Decimal] = {}
        self._working: set[OrderId] = set()
        self._lock = Lock()

    def go_on(self, mind: Mind) -> None:
        """From where a bot's books are: at a start, and when it starts again."""
        with self._lock:
            self._cash = Decimal(str(float(mind.books.records[ACTUAL]["cash"])))
            own = mind.books.positions[ACTUAL]
            lots, marks = own["lots"].tolist(), mind.books.marks.tolist()
            units = mind.teller.units
            self._positions = {
                coin: held * unit for coin, held, unit in zip(mind.coins, lots, units, strict=True)
            }
            self._prices = {
                coin: Decimal(str(mark)) for coin, mark in zip(mind.coins, marks, strict=True)
            }
            self._working = {*mind.teller.entries(own), *mind.teller.exits(own)}

    def place(self, order: OrderIntended) -> None:
        """It works from now on; an order that comes twice is one."""
        with self._lock:
            self._working.add(order.order)

    def cancel(self, order: OrderCancelIntended) -> None:
        """The fill model cancels by itself: nothing asks for it on paper."""
        with self._lock:
            self._working.discard(order.order)

    def account(self, at: Micros) -> AccountReported:
        """What it holds after all that it has heard."""
        with self._lock:
            worth = sum(
                (held * self._prices.get(coin, Decimal(0)))
                for coin, held in self._positions.items()
            )
            return AccountReported(at, self._cash + worth, dict(self._positions))

    def publish(self, records: Sequence[Recorded]) -> None:
        with self._lock:
            for record in records:
                self._hear(record.fact)

    def _hear(self, fact: Fact) -> None:
        match fact:
            case OrderFilled():
                self._fill(fact)
            case OrderCancelled():
                self._working.discard(fact.order)
            case FundingPaid():
                self._fund(fact)
            case BarsClosed():
                for coin, price in zip(fact.coins, fact.bars[-1, CLOSE].tolist(), strict=True):
                    if price > 0.0:
                        self._prices[coin] = Decimal(str(price))
            case _:
                pass

    def _fill(self, fill: OrderFilled) -> None:
        if fill.order not in self._working:
            return
        if not fill.remaining:
            self._working.discard(fill.order)
        bought = fill.size if fill.side == "buy" else -fill.size
        self._positions[fill.coin] = self._positions.get(fill.coin, Decimal(0)) + bought
        self._cash -= bought * fill.price + fill.fee

    def _fund(self, paid: FundingPaid) -> None:
        for coin, rate in zip(paid.coins, paid.rates, strict=True):
            held = self._positions.get(coin, Decimal(0))
            self._cash -= held * self._prices.get(coin, Decimal(0)) * Decimal(str(rate))
