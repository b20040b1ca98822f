"""Bars and funding as facts: live over the stream, and what was missed by asking for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from msgspec import Struct

from trimtab.adapters.hyperliquid.bar_gatherer import BarGatherer, interval_of
from trimtab.adapters.hyperliquid.freshness import Subscription, subscription
from trimtab.adapters.hyperliquid.funding_gatherer import FundingGatherer
from trimtab.adapters.hyperliquid.info_client import InfoClient
from trimtab.adapters.hyperliquid.market_messages import Candle
from trimtab.adapters.hyperliquid.stream import Connecting, Stream, StreamEvents
from trimtab.adapters.hyperliquid.stream_messages import Frame
from trimtab.adapters.hyperliquid.venue_errors import VenueError
from trimtab.domain.facts import Outside
from trimtab.domain.observations import FeedLost, FeedRestored
from trimtab.domain.units import MINUTE, SECOND, Coin, Micros
from trimtab.ports import Clock

CANDLES = "hyperliquid.candles"
FUNDING = "hyperliquid.funding"
"""Names of the feeds in facts."""


class Watched(Struct, frozen=True):
    """What a feed begins with."""

    coins: tuple[Coin, ...]
    interval: Micros
    since: Micros
    """Close of the last bar that is known: what closed since is fetched at the start."""
    funded: Micros | None = None
    """The last hour whose funding is known; None: that of `since`."""


class FeedTiming(Struct, frozen=True):
    """Seconds."""

    again: float = 5.0
    """Before bars that could not be fetched are asked for again."""
    funding: float = 60.0
    """Between looks whether an hour of funding is over."""


class MarketFeed:
    """Belongs to one event loop; `run` goes on until it is cancelled.

    Rows are told in order and without holes: while the stream is away or what was missed is not
    fetched yet nothing is told, and `FeedRestored` comes after the missed rows.
    """

    def __init__(
        self,
        info: InfoClient,
        connecting: Connecting,
        watched: Watched,
        tell: Callable[[Outside], object],
        clock: Clock,
        timing: FeedTiming | None = None,
    ) -> None:
        """`tell` must not wait."""
        self._info = info
        self._tell = tell
        self._clock = clock
        self._timing = timing or FeedTiming()
        self._interval = interval_of(watched.interval)
        self._bars = BarGatherer(watched.coins, watched.interval, watched.since)
        self._funding = FundingGatherer(watched.coins, watched.funded or watched.since)
        events = StreamEvents(self._take, self._connected, self._lost)
        self._stream = Stream(connecting, events)
        self._looks = asyncio.Event()
        self._fetching: asyncio.Task[None] | None = None
        self._whole = False
        self._out = False
        self._funding_out = False

    async def run(self) -> None:
        await self._stream.subscribe(map(self._candles_of, self._bars.coins))
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._stream.run())
                tasks.create_task(self._tell_bars())
                tasks.create_task(self._tell_funding())
        finally:
            if self._fetching is not None:
                self._fetching.cancel()

    async def watch(self, coins: Iterable[Coin]) -> None:
        """From now on these as well."""
        new = [coin for coin in coins if coin not in self._bars.coins]
        self._bars.watch(new)
        self._funding.watch(new)
        await self._stream.subscribe(map(self._candles_of, new))

    def _candles_of(self, coin: Coin) -> Subscription:
        return subscription("candle", coin=coin, interval=self._interval)

    def _take(self, frame: Frame) -> None:
        if isinstance(frame.data, Candle):
            self._bars.take(frame.data)
            self._looks.set()

    def _connected(self) -> None:
        self._fetching = asyncio.get_running_loop().create_task(self._fetch_missed())

    def _lost(self, reason: str) -> None:
        self._whole = False
        if self._fetching is not None:
            self._fetching.cancel()
        if not self._out:
            self._out = True
            self._tell(FeedLost(self._clock.now(), CANDLES, reason))

    async def _fetch_missed(self) -> None:
        while not await self._fetched():  # noqa: ASYNC110 - it is asked again
            await asyncio.sleep(self._timing.again)
        self._whole = True
        self._tell_closed()
        if self._out:
            self._out = False
            self._tell(FeedRestored(self._clock.now(), CANDLES))

    async def _fetched(self) -> bool:
        start, end = self._bars.told // 1000, self._clock.now() // 1000
        try:
            for coin in self._bars.coins:
                for candle in await self._info.candles(coin, self._interval, start, end):
                    self._bars.take(candle)
        except VenueError as error:
            if not self._out:
                self._out = True
                self._tell(FeedLost(self._clock.now(), CANDLES, str(error)))
            return False
        return True

    async def _tell_bars(self) -> None:
        while True:
            self._looks.clear()
            self._tell_closed()
            wait = self._bars.next_look(self._clock.now()) / SECOND
            try:
                async with asyncio.timeout(wait):
                    await self._looks.wait()
            except TimeoutError:
                pass  # a bar's end has passed

    def _tell_closed(self) -> None:
        if self._whole and (fact := self._bars.closed(self._clock.now())):
            self._tell(fact)

    async def _tell_funding(self) -> None:
        while True:
            if self._funding.is_due(self._clock.now()):
                await self._fetch_funding()
            await asyncio.sleep(self._timing.funding)

    async def _fetch_funding(self) -> None:
        start = (self._funding.told + MINUTE) // 1000
        try:
            for coin in self._funding.coins:
                self._funding.take(await self._info.funding_history(coin, start))
        except VenueError as error:
            self._funding_lost(str(error))
        else:
            for fact in self._funding.paid(self._clock.now()):
                self._tell(fact)
            if self._funding_out:
                self._funding_out = False
                self._tell(FeedRestored(self._clock.now(), FUNDING))

    def _funding_lost(self, reason: str) -> None:
        if not self._funding_out:
            self._funding_out = True
            self._tell(FeedLost(self._clock.now(), FUNDING, reason))
