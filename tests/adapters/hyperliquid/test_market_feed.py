"""The feed of bars and funding, against a venue that goes away and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.adapters.hyperliquid.hand_clock import HandClock
from tests.adapters.hyperliquid.venue_server import VenueServer, venue_server
from tests.builders.awaiting import until
from trimtab.adapters.hyperliquid.coin_lookup import looked_up
from trimtab.adapters.hyperliquid.feed import HyperliquidCoins, HyperliquidFeed
from trimtab.adapters.hyperliquid.http_transport import HttpTransport
from trimtab.adapters.hyperliquid.info_client import InfoClient, Patience
from trimtab.adapters.hyperliquid.market_feed import CANDLES, FeedTiming, MarketFeed, Watched
from trimtab.adapters.hyperliquid.reconnecting import BackOff
from trimtab.adapters.hyperliquid.stream import Connecting, Timing
from trimtab.adapters.hyperliquid.venue_access import Place, VenueThread
from trimtab.domain.facts import Outside
from trimtab.domain.observations import (
    CLOSE,
    BarsClosed,
    CoinListed,
    CoinUnavailable,
    FeedLost,
    FeedRestored,
    FundingPaid,
)
from trimtab.domain.units import HOUR, MINUTE, SECOND, Coin, Micros
from trimtab.ports import CoinSource

BTC, ETH = Coin("BTC"), Coin("ETH")
NOON = Micros(1_700_006_400 * SECOND)
QUICK = FeedTiming(again=0.01, funding=0.01)
STREAM = Timing(ping=1.0, look=0.01, back_off=BackOff(first=0.01, longest=0.02))


def candle(coin: str, row: int, close: float, trades: int = 1) -> dict[str, Any]:
    opened = (NOON + row * MINUTE) // 1000
    price = str(close)
    return {
        "t": opened,
        "T": opened + 59_999,
        "s": coin,
        "i": "1m",
        "o": price,
        "h": price,
        "l": price,
        "c": price,
        "v": "1",
        "n": trades,
    }


class Market:
    """What the venue knows, by coin and row."""

    def __init__(self, venue: VenueServer) -> None:
        self.bars: dict[tuple[str, int], float] = {}
        self.rates: list[dict[str, Any]] = []
        self.broken = 0
        venue.info["candleSnapshot"] = self._snapshot
        venue.info["fundingHistory"] = self._funding
        venue.info["meta"] = lambda _: {
            "universe": [
                {"name": "BTC", "szDecimals": 5, "maxLeverage": 40},
                {"name": "OLD", "szDecimals": 1, "maxLeverage": 3, "isDelisted": True},
            ]
        }

    def _snapshot(self, question: dict[str, Any]) -> object:
        if self.broken:
            self.broken -= 1
            return web.Response(status=500)
        asked = question["req"]
        found = [candle(coin, row, close) for (coin, row), close in sorted(self.bars.items())]
        return [
            one
            for one in found
            if one["s"] == asked["coin"] and asked["startTime"] <= one["t"] <= asked["endTime"]
        ]

    def _funding(self, question: dict[str, Any]) -> object:
        return [
            one
            for one in self.rates
            if one["coin"] == question["coin"] and one["time"] >= question["startTime"]
        ]


class Feeding:
    """A feed that runs, and what it told."""

    def __init__(
        self, venue: VenueServer, market: Market, clock: HandClock, feed: MarketFeed
    ) -> None:
        self.venue = venue
        self.market = market
        self.clock = clock
        self.feed = feed
        self.facts: list[Outside] = []

    @property
    def closes(self) -> list[tuple[int, list[float]]]:
        """Minutes after noon, and the closes of the row."""
        return [
            (int(fact.at - NOON) // MINUTE, fact.bars[-1, CLOSE].tolist())
            for fact in self.facts
            if isinstance(fact, BarsClosed)
        ]

    def kinds(self) -> list[str]:
        return [type(fact).__name__ for fact in self.facts]


@asynccontextmanager
async def feeding(*coins: Coin) -> AsyncGenerator[Feeding, None]:
    async with venue_server() as venue, HttpTransport(venue.url) as transport:
        clock = HandClock(NOON)
        facts: list[Outside] = []
        info = InfoClient(transport, patience=Patience(attempts=1))
        feed = MarketFeed(
            info,
            Connecting(venue.stream_url, lambda: 0.0, STREAM),
            Watched(coins or (BTC,), MINUTE, NOON),
            facts.append,
            clock,
            QUICK,
        )
        given = Feeding(venue, Market(venue), clock, feed)
        given.facts = facts
        running = asyncio.create_task(feed.run())
        try:
            yield given
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def ready(given: Feeding, coins: int = 1) -> None:
    await until(lambda: len(given.venue.subscriptions()) == coins and bool(given.venue.asked))


async def test_a_bar_is_told_when_the_next_one_begins() -> None:
    async with feeding() as given:
        await ready(given)
        await given.venue.send("candle", candle("BTC", 0, 100.0))
        await given.venue.send("candle", candle("BTC", 0, 101.0, trades=2))
        given.clock.move(MINUTE)
        await given.venue.send("candle", candle("BTC", 1, 102.0))
        await until(lambda: bool(given.closes))

    assert given.closes == [(1, [101.0])]


async def test_what_was_missed_is_fetched_before_the_feed_counts_as_restored() -> None:
    async with feeding() as given:
        await ready(given)
        await given.venue.drop()
        await until(lambda: bool(given.facts))
        given.market.bars = {("BTC", row): 100.0 + row for row in range(3)}
        given.clock.move(3 * MINUTE + 10 * SECOND)
        await until(lambda: "FeedRestored" in given.kinds())

    lost, bars, restored = given.facts[:1][0], given.facts[1:-1], given.facts[-1]
    assert isinstance(lost, FeedLost)
    assert lost.feed == CANDLES
    assert sum(len(one.bars) for one in bars if isinstance(one, BarsClosed)) == 3
    assert restored == FeedRestored(given.clock.at, CANDLES)


async def test_nothing_is_told_while_what_was_missed_cannot_be_fetched() -> None:
    async with feeding() as given:
        given.market.broken = 3
        given.market.bars = {("BTC", 0): 100.0}
        given.clock.move(MINUTE + 10 * SECOND)
        await until(lambda: "FeedRestored" in given.kinds())

    assert given.kinds() == ["FeedLost", "BarsClosed", "FeedRestored"]


async def test_bars_of_before_the_start_are_fetched_at_the_start() -> None:
    async with feeding(BTC, ETH) as given:
        given.market.bars = {("BTC", 0): 100.0, ("ETH", 0): 10.0}
        given.clock.move(MINUTE + 10 * SECOND)
        await until(lambda: bool(given.closes))

    assert given.closes == [(1, [100.0, 10.0])]


async def test_funding_is_told_each_hour() -> None:
    async with feeding() as given:
        given.market.rates = [
            {"coin": "BTC", "fundingRate": "0.0000125", "time": (NOON + HOUR) // 1000 + 76}
        ]
        given.clock.move(HOUR + 10 * SECOND)
        await until(lambda: "FundingPaid" in given.kinds())

    (paid,) = [fact for fact in given.facts if isinstance(fact, FundingPaid)]
    assert paid == FundingPaid(Micros(NOON + HOUR), (BTC,), (0.0000125,))


async def test_a_coin_is_looked_up_with_its_rules_and_its_last_bars() -> None:
    async with venue_server() as venue, HttpTransport(venue.url) as transport:
        market = Market(venue)
        market.bars = {("BTC", row): 100.0 + row for row in (0, 2, 3)}
        at = Micros(NOON + 3 * MINUTE + SECOND)

        listed = await looked_up(InfoClient(transport), BTC, at, MINUTE)

    assert isinstance(listed, CoinListed)
    assert listed.instrument.size_decimals == 5
    assert listed.closed == NOON + 3 * MINUTE
    assert [row and row[CLOSE] for row in listed.history] == [100.0, None, 102.0]


async def test_a_delisted_coin_does_not_stop_the_bot() -> None:
    """freqtrade 11414: a delisted pair crashed the bot and kept it from starting again."""
    async with venue_server() as venue, HttpTransport(venue.url) as transport:
        Market(venue)

        answer = await looked_up(InfoClient(transport), Coin("OLD"), NOON, MINUTE)

    assert isinstance(answer, CoinUnavailable)
    assert "delisted" in answer.reason


async def test_a_coin_cannot_be_looked_up_while_the_venue_is_away() -> None:
    async with venue_server() as venue:
        url = venue.url
    async with HttpTransport(url) as transport:
        info = InfoClient(transport, patience=Patience(attempts=1))

        answer = await looked_up(info, BTC, NOON, MINUTE)

    assert isinstance(answer, CoinUnavailable)
    assert "no connection" in answer.reason


async def test_a_coin_that_is_added_is_part_of_the_next_rows() -> None:
    async with feeding() as given:
        await ready(given)
        await given.feed.watch((ETH,))
        await until(lambda: len(given.venue.subscriptions()) == 2)
        for coin in ("BTC", "ETH"):
            await given.venue.send("candle", candle(coin, 0, 100.0))
        given.clock.move(MINUTE)
        for coin in ("BTC", "ETH"):
            await given.venue.send("candle", candle(coin, 1, 101.0))
        await until(lambda: bool(given.closes))

    assert given.closes == [(1, [100.0, 100.0])]


async def test_the_feed_lives_in_a_thread_of_its_own() -> None:
    facts: list[Outside] = []
    async with venue_server() as venue:
        Market(venue).bars = {("BTC", 0): 100.0}
        thread = VenueThread(Place(venue.url, venue.stream_url, timing=STREAM), lambda: 0.0)
        feed = HyperliquidFeed(
            thread,
            Watched((BTC,), MINUTE, NOON),
            facts.append,
            HandClock(Micros(NOON + MINUTE + 10 * SECOND)),
        )
        feed.start()
        await until(lambda: bool(facts))
        coins: CoinSource = HyperliquidCoins(thread, MINUTE)
        listed = await asyncio.to_thread(coins.look_up, BTC, Micros(NOON + MINUTE))
        await asyncio.to_thread(feed.close)
        await asyncio.to_thread(thread.close)

    assert isinstance(facts[0], BarsClosed)
    assert isinstance(listed, CoinListed)
