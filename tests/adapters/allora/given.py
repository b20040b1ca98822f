"""A stand-in of Allora that listens, and clients that ask it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import NamedTuple

from trimtab.adapters.allora.api_key import ApiKey
from trimtab.adapters.allora.catalogue import TopicEntry, topics_of_chain
from trimtab.adapters.allora.chain_client import ChainClient
from trimtab.adapters.allora.consumer_client import ConsumerClient
from trimtab.adapters.allora.http_transport import HttpTransport, Patience
from trimtab.adapters.allora.networks import Places, places_at
from trimtab.adapters.allora.streams import Followed, followed
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.stand_ins.allora.catalogue import TOPICS, StandInTopic
from trimtab.adapters.stand_ins.allora.chain import BLOCK, Value
from trimtab.adapters.stand_ins.allora.stand_in import KEY, AlloraStandIn
from trimtab.domain.units import SECOND, Coin, Micros

NOON = Micros(1_785_412_800 * SECOND)
"""30 July 2026, 12:00 UTC."""

QUICK = Patience(deadline=5.0, altogether=10.0, attempts=3, pause=0.001, longest_pause=0.01)
COINS = (Coin("BTC"), Coin("ETH"), Coin("SOL"))


class Venue(NamedTuple):
    """All that a test speaks to."""

    stand_in: AlloraStandIn
    clock: StandingClock
    places: Places
    transport: HttpTransport
    api: ConsumerClient
    chain: ChainClient

    async def topics(self) -> tuple[TopicEntry, ...]:
        return await topics_of_chain(self.chain, "testnet", BLOCK)

    async def followed(self, *topic_ids: int) -> tuple[Followed, ...]:
        """Those topics, or all that can be traded."""
        chosen = followed(await self.topics(), COINS)
        return tuple(one for one in chosen if not topic_ids or one.entry.topic_id in topic_ids)

    def pass_time(self, seconds: float) -> None:
        self.clock.set(Micros(self.clock.now() + int(seconds * SECOND)))


@asynccontextmanager
async def venue(
    topics: tuple[StandInTopic, ...] = TOPICS,
    value: Value | None = None,
    patience: Patience = QUICK,
    version: str = "v10",
) -> AsyncGenerator[Venue, None]:
    """At noon; gone at the end."""
    clock = StandingClock(NOON)
    stand_in = AlloraStandIn(clock, topics=topics, value=value, version=version)
    port = await stand_in.start()
    places = places_at(f"http://127.0.0.1:{port}", "testnet")
    try:
        async with HttpTransport(patience) as transport:
            api = ConsumerClient(places, ApiKey(KEY), transport)
            yield Venue(stand_in, clock, places, transport, api, ChainClient(places, transport))
    finally:
        await stand_in.stop()
