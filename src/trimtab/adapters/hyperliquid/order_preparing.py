"""From what the bot decided to what the venue takes: rounded, capped, and refused here if it must be."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from trimtab.adapters.hyperliquid.client_order_id import cloid_of
from trimtab.adapters.hyperliquid.trading_rules import MarketRules, OrderSide, wire
from trimtab.adapters.hyperliquid.wire_actions import (
    Limit,
    OrderKind,
    PlacedOrder,
    PlaceOrders,
    Trigger,
)
from trimtab.domain.decisions import OrderIntended


class Slippage(Struct, frozen=True):
    """How much worse than the middle an order may be filled, as fractions of the price."""

    entry: Decimal = Decimal("0.005")
    exit: Decimal = Decimal("0.03")
    """Getting out matters more than the price."""
    stop: Decimal = Decimal("0.1")
    """Of a stop's trigger, once it is reached."""


class Unfit(Struct, frozen=True):
    """The venue would refuse it, so it is not sent."""

    code: str
    reason: str


def rests(order: OrderIntended) -> bool:
    """Whether it waits at the venue for its trigger; all others are executed at once or not at all."""
    return order.purpose == "protect" and order.trigger_price is not None


def prepared(
    order: OrderIntended, rules: MarketRules, mid: Decimal, slippage: Slippage
) -> PlaceOrders | Unfit:
    """A market order is a limit order that is executed at once, no worse than the cap allows.

    A stop for a position follows the position's size, and closes at the market when the mark reaches
    its trigger.
    """
    size = rules.size(order.size)
    price, kind = _priced(order, rules, mid, slippage)
    refusal = rules.refusal(size, price, closes=order.reduce_only)
    if refusal is not None:
        return Unfit("unfit", refusal)
    placed = PlacedOrder(
        rules.number,
        order.side == "buy",
        wire(price),
        wire(size),
        order.reduce_only,
        kind,
        cloid_of(order.order),
    )
    return PlaceOrders((placed,), "positionTpsl" if rests(order) else "na")


def _priced(
    order: OrderIntended, rules: MarketRules, mid: Decimal, slippage: Slippage
) -> tuple[Decimal, OrderKind]:
    """The worst price that it may be executed at, and when it is."""
    if rests(order) and order.trigger_price is not None:
        trigger = rules.price(order.trigger_price)
        kind = OrderKind(trigger=Trigger(is_market=True, trigger_px=wire(trigger), tpsl="sl"))
        return rules.limit(_worse(trigger, order.side, slippage.stop), order.side), kind
    allowed = slippage.exit if order.reduce_only else slippage.entry
    return rules.limit(_worse(mid, order.side, allowed), order.side), OrderKind(limit=Limit("Ioc"))


def _worse(price: Decimal, side: OrderSide, fraction: Decimal) -> Decimal:
    return price * (1 + fraction if side == "buy" else 1 - fraction)
