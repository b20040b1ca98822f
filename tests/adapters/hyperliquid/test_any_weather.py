"""A venue that does anything it can do to an order: nothing is executed twice, nothing is lost."""

from __future__ import annotations

import asyncio
import random
from decimal import Decimal
from typing import Any

import pytest
from aiohttp import web
from msgspec.structs import replace

from tests.adapters.hyperliquid.trading_venue import (
    BTC,
    NOON,
    SETTINGS,
    USER,
    Trading,
    filled,
    intended,
    trading,
)
from tests.builders.awaiting import until
from trimtab.adapters.hyperliquid.client_order_id import order_of
from trimtab.domain.decisions import OrderIntended
from trimtab.domain.observations import OrderCancelled, OrderFilled, OrderRejected, VenuePolicy
from trimtab.trading.venue_book import Outcome, VenueBook

STORMY = replace(SETTINGS, expiry=0.1, margin=0.05, fills_within=0.02, refresh=0.2)
DEADLINE = 0.04


class Weather:
    """What happens to each order is drawn; the venue's own rules are kept.

    It executes what arrives in time, also after its sender has given up waiting, and it takes a
    client order id again once the first order is over: the worse of two ways to be a venue.
    """

    def __init__(self, given: Trading, seed: int) -> None:
        self.given = given
        self.venue = given.venue
        self.chance = random.Random(seed)  # noqa: S311
        self.late: set[asyncio.Task[None]] = set()
        self.venue.answer = self.answer
        self.expires: dict[str, float] = {}

    def answer(self, order: dict[str, Any]) -> object:
        happening = self.chance.choice(
            ("fills", "fills", "part", "refused", "lost", "fills_and_fails", "stalls", "late")
        )
        match happening:
            case "fills":
                return filled(self.executes(order, order["s"]))
            case "part":
                return filled(self.executes(order, "0.3"))
            case "refused":
                self.venue.has_status(order, "iocCancelRejected", order["s"])
                text = "Order could not immediately match against any resting orders."
                return {"error": text}
            case "lost":
                return web.Response(status=502)
            case "fills_and_fails":
                self.executes(order, order["s"])
                return web.Response(status=500)
            case "stalls":
                self.executes(order, order["s"])
                return self.stalls()
            case _:
                task = asyncio.get_running_loop().create_task(self.arrives_late(order))
                self.late.add(task)
                return self.stalls()

    async def stalls(self) -> object:
        await passing(2 * DEADLINE)
        return {"status": "ok", "response": {"type": "default"}}

    async def arrives_late(self, order: dict[str, Any]) -> None:
        """In time, but after nobody waits for it any more."""
        await passing(self.chance.uniform(DEADLINE, STORMY.expiry))
        self.executes(order, order["s"])

    def executes(self, order: dict[str, Any], size: str) -> str:
        fill = self.venue.executes(order, size)
        left = str(Decimal(order["s"]) - Decimal(size))
        self.venue.has_status(order, "filled" if left == "0" else "canceled", left)
        told = self.chance.choice((0, 1, 1, 2))
        for _ in range(told):
            task = asyncio.get_running_loop().create_task(self.tells(fill))
            self.late.add(task)
        if self.chance.random() < 0.1:
            self.late.add(asyncio.get_running_loop().create_task(self.venue.server.drop()))
        return size

    async def tells(self, fill: dict[str, Any]) -> None:
        await passing(self.chance.uniform(0, 0.05))
        await self.venue.server.send("userFills", {"user": USER, "fills": [fill]})


async def passing(seconds: float) -> None:
    """Weather takes its time."""
    over = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, over.set)
    await over.wait()


def folded(given: Trading, orders: list[OrderIntended]) -> VenueBook:
    """What the core makes of the facts."""
    book = VenueBook(VenuePolicy())
    for order in orders:
        book = book.intends(order)
    for fact in given.facts:
        if isinstance(fact, Outcome):
            book = book.heard(fact)
    return book


def ended(given: Trading, order: OrderIntended) -> bool:
    told = given.of(order)
    whole = sum(fact.size for fact in told if isinstance(fact, OrderFilled)) >= order.size
    return whole or any(isinstance(fact, OrderRejected | OrderCancelled) for fact in told)


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_happens_nothing_is_executed_twice_and_nothing_is_lost(seed: int) -> None:
    async with trading(STORMY, deadline=DEADLINE) as given:
        weather = Weather(given, seed)
        orders = [
            intended("buy", purpose="entry", second=second)
            if weather.chance.random() < 0.6
            else intended("sell", purpose="flatten", second=second)
            for second in range(10)
        ]
        await asyncio.gather(*map(given.core.place, orders))
        await asyncio.gather(*weather.late)
        await until(lambda: all(ended(given, order) for order in orders))
        await given.core.reconcile()

        executed: dict[str, Decimal] = {}
        for fill in given.venue.fills:
            order = order_of(fill["cloid"])
            executed[order] = executed.get(order, Decimal(0)) + Decimal(fill["sz"])
        told = [fact for fact in given.facts if isinstance(fact, OrderFilled)]
        assert all(executed.get(one.order, Decimal(0)) <= one.size for one in orders)
        assert sorted(one.trade for one in told) == [one["tid"] for one in given.venue.fills]
        for one in orders:
            rejected = any(isinstance(fact, OrderRejected) for fact in given.of(one))
            assert rejected == (one.order not in executed)
        given.account.heard(given.facts)
        report = given.account.report(NOON)
        assert report is not None
        held = sum((Decimal(size) for size in given.venue.positions.values()), Decimal(0))
        assert sum(report.positions.values(), Decimal(0)) == held
        book = folded(given, orders)
        assert book.held(BTC) == held
        assert book.working == {}
        assert book.unexplained(report.positions) == {}
