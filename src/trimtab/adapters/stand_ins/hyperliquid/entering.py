"""From an order on the wire to one that may match."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from trimtab.adapters.stand_ins.hyperliquid import order_checks as checks
from trimtab.adapters.stand_ins.hyperliquid.account import Account, Order
from trimtab.adapters.stand_ins.hyperliquid.noise_market import Coin
from trimtab.adapters.stand_ins.hyperliquid.order_checks import Refused


class Rules(NamedTuple):
    """By what an order is measured at the moment."""

    coins: dict[str, Coin]
    most: dict[str, int]
    """Leverage, by coin."""
    mids: dict[str, Decimal]
    open_interest: str


def admitted(account: Account, wire: dict[str, Any], grouping: str, rules: Rules) -> Order:
    """An order without a number. Raises Refused."""
    checks.check_spot(wire)
    checks.check_room(account)
    coin = _coin(wire["a"], rules)
    order = _read(wire, coin)
    mark, held = rules.mids[coin.name], account.held(coin.name)
    checks.check_near(order.price, mark)
    if order.trigger is not None:
        _check_trigger(order, coin, mark)
        order.follows_position = grouping == "positionTpsl"
    child = order.trigger is not None and grouping == "normalTpsl"
    if not child:
        checks.check_value(wire, order.price, order.size, held)
    if not order.reduce_only:
        checks.check_open_interest(account, order, mark, rules.open_interest)
        checks.check_margin(account, order, rules.mids, rules.most)
    elif not child:
        checks.check_reduces(order.is_buy, held)
    return order


def _coin(number: int, rules: Rules) -> Coin:
    coins = list(rules.coins.values())
    if not 0 <= number < len(coins) or coins[number].delisted:
        raise Refused(f"Asset {number} is not traded.")
    return coins[number]


def _read(wire: dict[str, Any], coin: Coin) -> Order:
    price, size = checks.amount(wire["p"]), checks.amount(wire["s"], checks.LOT)
    checks.check_price(price, coin)
    checks.check_size(size, coin)
    stop = wire["t"].get("trigger")
    order = Order(
        0, coin.name, wire["b"], price, size, size, wire["r"],
        None if stop else wire["t"]["limit"]["tif"], wire.get("c"), 0,
    )  # fmt: skip
    if stop:
        order.trigger, order.kind = checks.amount(stop["triggerPx"]), stop["tpsl"]
    return order


def _check_trigger(order: Order, coin: Coin, mark: Decimal) -> None:
    if order.trigger is not None and order.kind is not None:
        checks.check_price(order.trigger, coin)
        checks.check_trigger(order.trigger, order.kind, order.is_buy, mark)
