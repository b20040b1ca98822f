"""The doors of a running bot: what markets and forecasters say becomes facts in its inbox.

All of them live in one event loop in a thread of its own, and nobody waits for them.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Self, TypeVar

from msgspec import Struct

from trimtab.adapters.allora.announcer import Announcer
from trimtab.adapters.allora.chain_client import ChainClient
from trimtab.adapters.allora.consumer_client import ConsumerClient
from trimtab.adapters.allora.errors import AlloraError
from trimtab.adapters.allora.feed import AlloraFeed
from trimtab.adapters.allora.http_transport import HttpTransport as AlloraTransport
from trimtab.adapters.allora.sources import ApiSource, ChainSource, CheckedSource, ForecastSource
from trimtab.adapters.allora.streams import FEEDS
from trimtab.adapters.allora.watching import Past
from trimtab.adapters.hyperliquid.feed import HyperliquidCoins, HyperliquidFeed
from trimtab.adapters.hyperliquid.market_feed import Watched
from trimtab.adapters.hyperliquid.outbox import Outbox, Put
from trimtab.adapters.hyperliquid.venue_access import VenueThread
from trimtab.adapters.hyperliquid.venue_errors import VenueError
from trimtab.app.allora.asking import Clients, key_of
from trimtab.app.errors import UserError
from trimtab.app.live.door_watch import DoorWatch
from trimtab.app.live.places import allora_places
from trimtab.app.live.world import World, found
from trimtab.app.settings import Settings
from trimtab.domain.facts import Outside
from trimtab.domain.observations import BarsClosed, CoinListed, CoinUnavailable
from trimtab.domain.units import Coin, Micros
from trimtab.ports import Clock

T = TypeVar("T")

_FIRST_BARS = 60.0
"""Seconds that forecasts wait for the bars that were missed."""

_ASKING = 120.0
"""Seconds for all that is asked at the start."""


class Begin(Struct, frozen=True):
    """Where the feeds begin."""

    world: World
    interval: Micros
    since: Micros
    """Close of the last bar that is known."""
    past: Past = Past()
    """Forecasts that were told in a former life, and feeds that are taken to be lost."""


class Doors:
    """Keeps ports.CoinSource."""

    def __init__(self, settings: Settings, venue: VenueThread, put: Put, clock: Clock) -> None:
        """`put`: into the engine's inbox; it may wait. Raises UserError."""
        self._settings = settings
        self._clock = clock
        self._venue = venue
        self._allora_places = allora_places(settings)
        key_file = settings.allora.key_file
        self._key = key_of(Path(key_file) if key_file else None)
        self._put = put
        self._bars_came = Event()
        """Before them a forecast would meet a bot that knows no price, and not be traded on."""
        self._outbox = Outbox(put, "allora")
        self._loop = venue.loop
        self._info = venue.access.info
        self._allora_transport = AlloraTransport()
        self._market: HyperliquidFeed | None = None
        self._interval = Micros(0)
        self._running: list[asyncio.Task[None]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self._market is not None:
            self._market.close()
        self._loop.wait(self._closed(), 10.0)
        self._outbox.close()

    def world(self) -> World:
        """What can be traded now. Raises UserError."""
        return self._asked(lambda: found(self._settings, self._clients(), self._info))

    def open(self, begin: Begin) -> None:
        """From now on facts come."""
        self._interval = begin.interval
        coins = tuple(one.coin for one in begin.world.instruments)
        watched = Watched(coins, begin.interval, begin.since)
        self._market = HyperliquidFeed(self._venue, watched, self._put_of_market, self._clock)
        self._market.start()
        if self._clock.now() - begin.since >= begin.interval:
            self._bars_came.wait(_FIRST_BARS)
        self._loop.wait(self._opened(begin), _ASKING)

    def look_up(self, coin: Coin, at: Micros) -> CoinListed | CoinUnavailable:
        """A coin that a running bot asks for; one that is there is watched from now on."""
        answer = HyperliquidCoins(self._venue, self._interval).look_up(coin, at)
        if isinstance(answer, CoinListed) and self._market is not None:
            self._market.watch([coin])
        return answer

    def _put_of_market(self, fact: Outside) -> object:
        if isinstance(fact, BarsClosed):
            self._bars_came.set()
        return self._put(fact)

    def _clients(self) -> Clients:
        places = self._allora_places
        api = (
            None if self._key is None else ConsumerClient(places, self._key, self._allora_transport)
        )
        return Clients(places, ChainClient(places, self._allora_transport), api)

    def _source(self) -> ForecastSource:
        clients = self._clients()
        chain = ChainSource(clients.chain)
        return chain if clients.api is None else CheckedSource(ApiSource(clients.api), chain)

    async def _opened(self, begin: Begin) -> None:
        chance = random.SystemRandom().random
        forecasts = AlloraFeed(
            begin.world.followed, self._source(), self._outbox.tell, self._clock, chance,
            begin.past,
        )  # fmt: skip
        announcer = Announcer(self._allora_places.events, forecasts.wake, chance)
        network = self._allora_places.network
        door = DoorWatch(f"{FEEDS}{network}", lambda: announcer.problem, self._outbox.tell)
        running = (forecasts.run(), announcer.run(), door.run(self._clock))
        self._running = [asyncio.create_task(each) for each in running]

    async def _closed(self) -> None:
        for task in self._running:
            task.cancel()
        await self._allora_transport.close()

    def _asked(self, question: Callable[[], Awaitable[T]]) -> T:
        async def asked() -> T:
            return await question()

        try:
            return self._loop.wait(asked(), _ASKING)
        except (AlloraError, VenueError) as error:
            raise UserError(str(error)) from error
        except TimeoutError:
            raise UserError(
                f"{self._venue.access.transport.url} or {self._allora_places.chain} does not answer: look at "
                "`trimtab doctor`"
            ) from None
