"""Positions from fills, marked at the last close, each with the reason of its entry."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from trimtab.domain.decisions import OrderIntended
from trimtab.domain.facts import Fact
from trimtab.domain.observations import (
    CLOSE,
    BarsClosed,
    OrderCancelled,
    OrderFilled,
    OrderRejected,
)
from trimtab.domain.units import Coin, Micros, OrderId, TopicName

ORDERS = 500
"""Working orders remembered; the oldest is forgotten first."""


class Order(Struct, frozen=True):
    """A working order and why it was sent."""

    coin: Coin
    side: Literal["buy", "sell"]
    purpose: str
    topic: TopicName | None
    because: str


class Position(Struct, frozen=True):
    """An open position; `size` is signed, negative is short."""

    coin: Coin
    size: float
    entry: float
    """Mean price, without fees."""
    mark: float
    """Last close."""
    opened_at: Micros
    because: str
    topic: TopicName | None = None

    def value(self) -> float:
        """Signed notional."""
        return self.size * self.mark


Orders = dict[OrderId, Order]
Positions = dict[Coin, Position]

_DUST = 1e-9
"""Below this a size is the rest of a subtraction, not a position."""


def see_orders(orders: Orders, fact: Fact) -> Orders:
    """Working orders after a fact."""
    match fact:
        case OrderIntended():
            order = Order(fact.coin, fact.side, fact.purpose, fact.topic, fact.because)
            return dict([*orders.items(), (fact.order, order)][-ORDERS:])
        case OrderFilled() if fact.remaining:
            return orders
        case OrderFilled() | OrderRejected() | OrderCancelled():
            return {key: order for key, order in orders.items() if key != fact.order}
        case _:
            return orders


def see_positions(positions: Positions, orders: Orders, fact: Fact) -> Positions:
    """Positions after a fact; `orders` as they were before it."""
    match fact:
        case OrderFilled():
            return _filled(positions, orders.get(fact.order), fact)
        case BarsClosed() if positions:
            return _marked(positions, fact)
        case _:
            return positions


def _filled(positions: Positions, order: Order | None, fact: OrderFilled) -> Positions:
    known = positions.get(fact.coin)
    price = float(fact.price)
    change = float(fact.size) if fact.side == "buy" else -float(fact.size)
    size = (known.size if known else 0.0) + change
    others = {coin: each for coin, each in positions.items() if coin != fact.coin}
    if abs(size) < _DUST:
        return others
    if known is None or known.size * size < 0.0:
        return {**others, fact.coin: _opened(order, fact, size)}
    grows = known.size * change > 0.0
    entry = (known.entry * known.size + price * change) / size if grows else known.entry
    return {**others, fact.coin: replace(known, size=size, entry=entry, mark=price)}


def _opened(order: Order | None, fact: OrderFilled, size: float) -> Position:
    because = order.because if order else "the order is older than this view"
    topic = order.topic if order else None
    price = float(fact.price)
    return Position(fact.coin, size, price, price, fact.at, because, topic)


def _marked(positions: Positions, fact: BarsClosed) -> Positions:
    closes = dict(zip(fact.coins, fact.bars[-1, CLOSE].tolist(), strict=True))
    return {
        coin: replace(each, mark=closes[coin]) if closes.get(coin, 0.0) > 0.0 else each
        for coin, each in positions.items()
    }
