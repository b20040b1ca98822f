"""The exchange as the engine has it: nothing waits, and facts come from a thread of their own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest
from aiohttp import web

from tests.adapters.hyperliquid.hand_clock import HandClock
from tests.adapters.hyperliquid.trading_venue import (
    BTC,
    NOON,
    SETTINGS,
    CountingSigner,
    TradingVenue,
    intended,
    place_of,
)
from tests.adapters.hyperliquid.venue_server import venue_server
from tests.builders.awaiting import until
from trimtab.adapters.hyperliquid.exchange import HyperliquidExchange
from trimtab.adapters.hyperliquid.exchange_core import ACCOUNT, EarlierLife
from trimtab.adapters.hyperliquid.outbox import Outbox
from trimtab.adapters.hyperliquid.venue_access import VenueThread
from trimtab.adapters.hyperliquid.venue_errors import VenueError
from trimtab.domain.decisions import OrderCancelIntended
from trimtab.domain.facts import Outside
from trimtab.domain.observations import FeedLost, OrderAccepted, OrderOutcomeUnknown, TimePassed
from trimtab.domain.units import Micros
from trimtab.ports import Exchange


class Started:
    """An exchange in its thread, a venue in the test's."""

    def __init__(self, venue: TradingVenue) -> None:
        self.venue = venue
        self.facts: list[Outside] = []
        self.threads: set[str] = set()
        self.signer = CountingSigner()
        self.thread = VenueThread(place_of(venue.server), lambda: 0.0)
        self.exchange = HyperliquidExchange(
            SETTINGS, self.thread, self.signer, self._put, HandClock(NOON)
        )

    def _put(self, fact: Outside) -> None:
        self.threads.add(threading.current_thread().name)
        self.facts.append(fact)

    def close(self) -> None:
        self.exchange.close()
        self.thread.close()

    def kinds(self) -> list[str]:
        return [type(fact).__name__ for fact in self.facts]


@asynccontextmanager
async def started() -> AsyncGenerator[Started, None]:
    async with venue_server() as server:
        given = Started(TradingVenue(server))
        await asyncio.to_thread(given.exchange.start, EarlierLife(since=NOON))
        try:
            yield given
        finally:
            await asyncio.to_thread(given.close)


async def test_it_keeps_the_port_of_exchanges() -> None:
    async with started() as given:
        exchange: Exchange = given.exchange

        exchange.place(intended())
        await until(lambda: "OrderFilled" in given.kinds())

        assert given.threads == {"hyperliquid account facts"}
        report = exchange.account(NOON)
        assert report is not None
        assert report.equity == Decimal(1000)
        assert given.exchange.margins is not None
        assert given.exchange.margins.margin_ratio == 0


async def test_placing_returns_while_the_venue_is_still_silent() -> None:
    async with started() as given:
        answered = asyncio.Event()

        async def late() -> object:
            await answered.wait()
            return {"status": "ok", "response": {"type": "default"}}

        given.venue.server.exchange = lambda _: late()
        given.exchange.place(
            intended()
        )  # would never return if it waited: the venue is this thread
        await until(lambda: "OrderSent" in given.kinds())
        answered.set()


async def test_a_cancel_reaches_the_venue() -> None:
    async with started() as given:
        given.venue.answer = given.venue.rest
        stop = intended("sell", purpose="protect", trigger_price=Decimal(90))
        given.exchange.place(stop)
        await until(lambda: any(isinstance(fact, OrderAccepted) for fact in given.facts))
        given.exchange.cancel(OrderCancelIntended(NOON, stop.order, BTC, "a test"))
        await until(lambda: "OrderCancelled" in given.kinds())


async def test_a_mistake_of_ours_leaves_no_order_that_nobody_knows_of() -> None:
    async with started() as given:
        given.exchange.place(intended(order="no identifier at all"))
        await until(lambda: bool(given.facts))

        (told,) = given.facts
        assert isinstance(told, OrderOutcomeUnknown)
        assert "has to be a UUID" in told.reason


async def test_it_does_not_start_while_the_account_cannot_be_read() -> None:
    async with venue_server() as server:
        given = Started(TradingVenue(server))
        server.info["meta"] = lambda _: web.Response(status=422, text="no")
        with pytest.raises(VenueError, match="HTTP 422"):
            await asyncio.to_thread(given.exchange.start)
        await asyncio.to_thread(given.close)


async def test_a_lost_connection_is_told_and_the_account_is_not_guessed() -> None:
    async with started() as given:
        await until(lambda: len(given.venue.server.subscriptions()) == 4)
        given.venue.server.info["clearinghouseState"] = lambda _: web.Response(status=500)
        await given.venue.server.drop()
        await until(lambda: any(isinstance(fact, FeedLost) for fact in given.facts))

        assert given.exchange.account(NOON) is None
        lost = [fact for fact in given.facts if isinstance(fact, FeedLost)]
        assert [one.feed for one in lost] == [ACCOUNT]


def test_facts_keep_their_order_and_who_tells_does_not_wait() -> None:
    told: list[Outside] = []
    free = threading.Event()

    def slow(fact: Outside) -> None:
        free.wait(10)
        told.append(fact)

    outbox = Outbox(slow, "slow")
    facts = [TimePassed(Micros(number)) for number in range(100)]
    for fact in facts:
        outbox.tell(fact)
    assert told == []
    free.set()
    outbox.close()

    assert told == facts
