"""Random orders through adapter, signer and a venue that does everything wrong.

Each intent is executed at most once, both sides hold the same in the end, nothing is beyond a limit,
and no nonce was used twice.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random

from tests.builders.soak import rounds
from tests.contracts.venues.at_the_stand_in import BOT, PLENTY, Way, way
from trimtab.adapters.hyperliquid.client_order_id import cloid_of
from trimtab.adapters.stand_ins.hyperliquid.faults import Faults
from trimtab.domain.canonical import order_id
from trimtab.domain.decisions import OrderIntended, Purpose
from trimtab.domain.observations import (
    OrderCancelled,
    OrderFilled,
    OrderRejected,
)
from trimtab.domain.units import Coin, Micros, OrderId
from trimtab.trading.orders import PURPOSES

COINS = (Coin("BTC"), Coin("ETH"), Coin("SOL"), Coin("DOGE"))
SENDERS = 8
ALL_AT_ONCE = Faults(
    seed=3, failing=0.05, no_answer=0.05, late=0.05, late_by=0.3, repeats=0.2, unordered=0.2,
    fills_late=0.2, drop_every=1.0,
)  # fmt: skip


class Orders:
    """Random ones of this bot, each with an id of its own."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - a test's own luck
        self._moment = 0
        self.all: dict[OrderId, OrderIntended] = {}

    def next(self, held: dict[Coin, Decimal], price: Decimal, coin: Coin, at: int) -> OrderIntended:
        self._moment = max(at, self._moment + 1)
        closes = held[coin] != 0 and self._random.random() < 0.5
        value = Decimal(self._random.choice([5, 20, 200, 2_000, 60_000]))
        size = (value / price).quantize(Decimal("0.0001") if price > 100 else Decimal(1))
        order = self._order(coin, "horizon" if closes else "entry", size, held[coin])
        self.all[order.order] = order
        return order

    def _order(self, coin: Coin, purpose: Purpose, size: Decimal, held: Decimal) -> OrderIntended:
        at, enters = Micros(self._moment), purpose == "entry"
        sells = self._random.random() < 0.5 if enters else held > 0
        return OrderIntended(
            at, order_id(BOT, coin, at, PURPOSES.index(purpose)), coin,
            "sell" if sells else "buy", size if enters else abs(held), purpose, not enters, None, "x",
        )  # fmt: skip


async def test_each_order_is_executed_at_most_once_and_both_sides_agree(tmp_path: Path) -> None:
    async with way(tmp_path) as given:
        orders = Orders(11)
        disturb(given, ALL_AT_ONCE)
        # given eight senders that trade at once, each coin by two of them
        each = rounds(25, 625)
        await asyncio.gather(*(send(given, orders, COINS[n % 4], each) for n in range(SENDERS)))
        # when the world is well again
        disturb(given, Faults())
        await settled(given, orders)

        assert executed_more_than_once(given, orders) == []
        assert told_positions(given) == true_positions(given)
        assert beyond_limits(given) == []
        nonces = [nonce for used in given.venue.actions.admission.used.values() for nonce in used]
        assert len(nonces) == len(set(nonces)) > 0
        trades = [one.trade for one in given.told if isinstance(one, OrderFilled)]
        assert len(trades) == len(set(trades)) == len(given.account.fills)
        kinds = Counter(type(one).__name__ for one in given.told)
        assert kinds["OrderOutcomeUnknown"] > 0
        assert kinds["OrderFilled"] > len(orders.all) / 4


def disturb(given: Way, faults: Faults) -> None:
    for name in Faults.__struct_fields__:
        setattr(given.venue.faults, name, getattr(faults, name))


async def send(given: Way, orders: Orders, coin: Coin, count: int) -> None:
    """One after the other, as an order desk does; now and then the same one twice, or a cancel."""
    random = Random(coin)  # noqa: S311
    for _ in range(count):
        at = given.venue.now * 1000
        price = given.venue.venue.mid(coin, given.venue.now)
        order = orders.next(held_by_fills(given), price, coin, at)
        sends = [given.core.place(order) for _ in range(random.choice([1, 1, 1, 2]))]
        if random.random() < 0.1:
            sends.append(given.core.cancel(order.order, coin))
        await asyncio.gather(*sends)


async def settled(given: Way, orders: Orders) -> None:
    """Until every order has ended; what rests is cancelled."""
    async with asyncio.timeout(60.0):
        while open_orders := [one for one in orders.all.values() if not has_ended(given, one)]:
            await asyncio.gather(*(given.core.cancel(one.order, one.coin) for one in open_orders))
            await given.core.reconcile()
            await asyncio.sleep(0.2)
    await given.core.reconcile()


def has_ended(given: Way, order: OrderIntended) -> bool:
    mine = [one for one in given.told if getattr(one, "order", None) == order.order]
    return any(
        isinstance(one, OrderCancelled | OrderRejected)
        or (isinstance(one, OrderFilled) and not one.remaining)
        for one in mine
    )


def executed_more_than_once(given: Way, orders: Orders) -> list[str]:
    """Orders of which more was executed than was intended, or more than one at the venue."""
    past = [one for one in given.account.past.values() if one.left < one.size]
    times = Counter(one.cloid for one in past)
    sizes: dict[str, Decimal] = defaultdict(Decimal)
    for fill in given.account.fills:
        sizes[str(fill["cloid"])] += Decimal(str(fill["sz"]))
    twice = [str(cloid) for cloid, count in times.items() if count > 1]
    every = ((cloid_of(one.order), one.size) for one in orders.all.values())
    return [*twice, *(cloid for cloid, size in every if sizes[cloid] > size)]


def held_by_fills(given: Way) -> dict[Coin, Decimal]:
    held = dict.fromkeys(COINS, Decimal(0))
    for one in fills(given):
        held[one.coin] += one.size if one.side == "buy" else -one.size
    return held


def told_positions(given: Way) -> dict[Coin, Decimal]:
    return {coin: size for coin, size in held_by_fills(given).items() if size}


def true_positions(given: Way) -> dict[Coin, Decimal]:
    return {Coin(coin): one.size for coin, one in given.account.positions.items() if one.size}


def fills(given: Way) -> Iterator[OrderFilled]:
    return (one for one in given.told if isinstance(one, OrderFilled))


def beyond_limits(given: Way) -> list[object]:
    """Entries at the venue of more than the signer may sign."""
    return [
        one
        for one in given.account.past.values()
        if not one.reduce_only and one.size * one.price > PLENTY.order_notional
    ]
