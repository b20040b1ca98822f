"""What an order must be before it may match, with the venue's own words where it is not."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from trimtab.adapters.stand_ins.hyperliquid.account import Account, Order
from trimtab.adapters.stand_ins.hyperliquid.margin import leverage_allowed
from trimtab.adapters.stand_ins.hyperliquid.noise_market import Coin

LEAST = Decimal(10)
FAR = Decimal("0.95")

TICK = "Price must be divisible by tick size."
LOT = "Order has invalid size."
MINIMUM = "Order must have minimum value of $10."
MARGIN = "Insufficient margin to place order."
REDUCE_ONLY = "Reduce only order would increase position."
POST_ONLY = "Post only order would have immediately matched, bbo was {bid}@{ask}."
NO_MATCH = "Order could not immediately match against any resting orders."
TRIGGER = "Invalid TP/SL price."
NO_LIQUIDITY = "No liquidity available for market order."
ORACLE = "Order price too far from oracle"
MISSING = "Order was never placed, already canceled, or filled."
REPEATED = "Duplicate cloid."
PRICE = "Order has invalid price."
SPOT_MINIMUM = "Order must have minimum value of 10 USDC."
SPOT_BALANCE = "(Spot-only) Order has insufficient spot balance to trade"
CAPPED = "Order would increase open interest while open interest is capped"
CAPPED_AGGRESSIVE = (
    "Order rejected due to price more aggressive than oracle while at open interest cap"
)
TOO_QUICKLY = "Order would increase open interest too quickly"
TIER_LIMIT = "Order would cause position to exceed margin tier limit at current leverage"
TOO_MANY = "Too many open orders."
"""A guess: the venue's own words are not known."""
MOST_OPEN = 1_000
SPOT = 10_000
"""Asset numbers from here on are spot markets."""


class Refused(Exception):  # noqa: N818 - as the venue answers, not a fault of ours
    """The venue's text for one order."""


def amount(text: object, otherwise: str = PRICE) -> Decimal:
    """Raises Refused."""
    try:
        value = Decimal(str(text))
    except InvalidOperation:
        raise Refused(otherwise) from None
    if not value.is_finite() or value <= 0:
        raise Refused(otherwise)
    return value


def check_spot(wire: dict[str, Any]) -> None:
    """Nobody has anything here that could be traded on spot markets."""
    if wire["a"] < SPOT:
        return
    worth = amount(wire["p"]) * amount(wire["s"], LOT)
    raise Refused(SPOT_MINIMUM if worth < LEAST else SPOT_BALANCE)


def check_room(account: Account) -> None:
    """Raises Refused."""
    if len(account.orders) >= MOST_OPEN:
        raise Refused(TOO_MANY)


def check_open_interest(account: Account, order: Order, mark: Decimal, limit: str) -> None:
    """`limit`: "capped" or "quick"; empty: there is room."""
    held = account.held(order.coin)
    after = held + (order.size if order.is_buy else -order.size)
    if not limit or (abs(after) <= abs(held) and after * held >= 0):
        return
    if limit == "quick":
        raise Refused(TOO_QUICKLY)
    beyond = order.price > mark if order.is_buy else order.price < mark
    raise Refused(CAPPED_AGGRESSIVE if beyond and not held else CAPPED)


def check_price(price: Decimal, coin: Coin) -> None:
    """At most five significant figures and 6 - szDecimals decimals; whole numbers always."""
    if price == price.to_integral_value():
        return
    digits = price.normalize()
    figures, places = len(digits.as_tuple().digits), -int(digits.as_tuple().exponent)
    if figures > 5 or places > 6 - coin.size_decimals:
        raise Refused(TICK)


def check_size(size: Decimal, coin: Coin) -> None:
    """Whole lots."""
    if size != round(size, coin.size_decimals):
        raise Refused(LOT)


def check_value(wire: dict[str, Any], price: Decimal, size: Decimal, held: Decimal) -> None:
    """$10, but for what closes a whole position."""
    closes = wire["r"] and size >= abs(held)
    if price * size < LEAST and not closes:
        raise Refused(MINIMUM)


def check_reduces(is_buy: bool, held: Decimal) -> None:  # noqa: FBT001 - a side
    """Raises Refused where it would open or add."""
    if not held or (held > 0) == is_buy:
        raise Refused(REDUCE_ONLY)


def check_near(price: Decimal, mark: Decimal) -> None:
    """Raises Refused."""
    if abs(price / mark - 1) > FAR:
        raise Refused(ORACLE)


def check_trigger(trigger: Decimal, kind: str, is_buy: bool, mark: Decimal) -> None:  # noqa: FBT001
    """A stop lies behind the mark, a take-profit ahead of it, as seen from the order's side."""
    above = trigger > mark
    if above != (is_buy == (kind == "sl")):
        raise Refused(TRIGGER)


def check_cloid(account: Account, cloid: str | None, *, once: bool) -> None:
    """Whether a repeat is refused for ever, or only while the first is open, is not known of the venue."""
    if cloid is None:
        return
    known = account.by_cloid(cloid)
    if known is not None and (once or known.oid in account.orders):
        raise Refused(REPEATED)


def check_margin(
    account: Account, order: Order, prices: dict[str, Decimal], most: dict[str, int]
) -> None:
    """What the order adds has to be covered by what is free."""
    held = account.held(order.coin)
    after = held + (order.size if order.is_buy else -order.size)
    added = max(Decimal(0), abs(after) - abs(held)) * prices[order.coin]
    leverage = account.leverage.get(order.coin, (most[order.coin], True))[0]
    if added and leverage > leverage_allowed(abs(after) * prices[order.coin], most[order.coin]):
        raise Refused(TIER_LIMIT)
    free = account.equity(prices) - account.margin_used(prices, most)
    if added / leverage > free:
        raise Refused(MARGIN)
