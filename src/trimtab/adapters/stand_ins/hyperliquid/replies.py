"""What the venue shows of orders and fills; numbers are strings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from trimtab.adapters.stand_ins.hyperliquid.account import Order

NO_HASH = "0x" + "0" * 64


def text(amount: Decimal) -> str:
    """As the venue writes amounts: at least one decimal, no exponent."""
    plain = f"{amount.normalize():f}" if amount else "0.0"
    return plain if "." in plain else f"{plain}.0"


def order_reply(order: Order) -> dict[str, Any]:
    """`openOrders`, and inside `orderStatus` and `orderUpdates`."""
    reply: dict[str, Any] = {
        "coin": order.coin, "side": order.side, "limitPx": text(order.price),
        "sz": text(order.left), "oid": order.oid, "timestamp": order.at,
        "origSz": text(order.size),
    }  # fmt: skip
    if order.cloid is not None:
        reply["cloid"] = order.cloid
    if order.reduce_only:
        reply["reduceOnly"] = True
    return reply


def frontend_reply(order: Order) -> dict[str, Any]:
    """`frontendOpenOrders`."""
    names = {"sl": "Stop Market", "tp": "Take Profit Market"}
    word = "below" if (order.kind == "sl") != order.is_buy else "above"
    return {
        **order_reply(order),
        "triggerCondition": f"Price {word} {order.trigger}" if order.trigger else "N/A",
        "isTrigger": order.trigger is not None,
        "triggerPx": text(order.trigger) if order.trigger else "0.0",
        "children": [],
        "isPositionTpsl": order.follows_position,
        "reduceOnly": order.reduce_only,
        "orderType": names[order.kind] if order.kind else "Limit",
        "tif": order.tif,
        "cloid": order.cloid,
    }


class Executed(NamedTuple):
    """A part of an order that was executed."""

    size: Decimal
    price: Decimal
    fee: Decimal
    start: Decimal
    """Position before it, signed."""
    realised: Decimal
    at: int
    trade: int
    crossed: bool


def direction(order: Order, done: Executed) -> str:
    """In the venue's words; a position that is turned around has both sides."""
    after = done.start + (done.size if order.is_buy else -done.size)
    if after * done.start < 0:
        return "Long > Short" if after < 0 else "Short > Long"
    opens = abs(after) > abs(done.start)
    side = "Long" if (after if opens else done.start) > 0 else "Short"
    return f"{'Open' if opens else 'Close'} {side}"


def fill_reply(order: Order, done: Executed) -> dict[str, Any]:
    """`userFills`."""
    reply: dict[str, Any] = {
        "coin": order.coin, "px": text(done.price), "sz": text(done.size), "side": order.side,
        "time": done.at, "startPosition": text(done.start), "dir": direction(order, done),
        "closedPnl": text(done.realised), "hash": NO_HASH, "oid": order.oid,
        "crossed": done.crossed, "fee": text(done.fee), "tid": done.trade, "feeToken": "USDC",
        "twapId": None,
    }  # fmt: skip
    if order.cloid is not None:
        reply["cloid"] = order.cloid
    return reply
