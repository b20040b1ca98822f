"""An order's id as the venue's client order id, and back: the same 16 bytes, so it survives a crash."""

from __future__ import annotations

from trimtab.domain.canonical import order_id
from trimtab.domain.units import Coin, Micros, OrderId

_DIGITS = 32


def cloid_of(order: OrderId) -> str:
    """0x and 32 hexadecimal digits. Raises ValueError where the id is not a UUID's text."""
    digits = order.replace("-", "").lower()
    if len(digits) != _DIGITS:
        raise ValueError(f"the order's id {order!r} has to be a UUID")
    int(digits, 16)
    return f"0x{digits}"


def order_of(cloid: str) -> OrderId:
    """The id whose client order id this is."""
    text = cloid.removeprefix("0x").lower()
    return OrderId(f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}")


def is_own(bot: str, coin: Coin, order: OrderId) -> bool:
    """Whether this bot made the id: ids are computed, so it can be computed again.

    It is how a bot that has forgotten everything tells its orders from those of others on the
    same account.
    """
    try:
        number = int(order.replace("-", ""), 16)
    except ValueError:
        return False
    milliseconds = number >> 80
    microseconds = (number >> 20) & 0x3FF
    moment = Micros(milliseconds * 1000 + microseconds)
    return order_id(bot, coin, moment, number & 0xFFFFF) == order
