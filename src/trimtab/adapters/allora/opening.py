"""All of one network at once: its catalogue, a feed of the coins that are traded, and its events.

```
async with opened(public_places("mainnet"), key, coins, put, clock, chance) as allora:
    configuration = ... allora.streams ...
    await allora.run()
```
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple

from msgspec import Struct

from trimtab.adapters.allora.announcer import Announcer
from trimtab.adapters.allora.api_key import ApiKey
from trimtab.adapters.allora.catalogue import TopicEntry, topics_of_api, topics_of_chain
from trimtab.adapters.allora.chain_client import ChainClient
from trimtab.adapters.allora.consumer_client import ConsumerClient
from trimtab.adapters.allora.feed import AlloraFeed
from trimtab.adapters.allora.http_transport import HttpTransport, Patience
from trimtab.adapters.allora.networks import Places
from trimtab.adapters.allora.sources import (
    ApiSource,
    ChainSource,
    CheckedSource,
    ForecastSource,
)
from trimtab.adapters.allora.streams import Followed, followed, streams
from trimtab.adapters.allora.watching import Past
from trimtab.domain.configuration import Topic
from trimtab.domain.facts import Outside
from trimtab.domain.units import Coin, TopicName
from trimtab.ports import Clock


def _nothing_known(_: Sequence[Followed]) -> Past:
    return Past()


class Listening(Struct, frozen=True):
    """Who is told, by which clock, and what they know already."""

    put: Callable[[Outside], object]
    clock: Clock
    chance: Callable[[], float]
    """Numbers in [0, 1) for the jitter."""
    past: Callable[[Sequence[Followed]], Past] = _nothing_known
    """What a former life told of these topics."""
    named: Mapping[int, TopicName] = {}
    """Streams of a former life, which keep their names."""


class Allora(NamedTuple):
    """One network, asked for its topics."""

    catalogue: tuple[TopicEntry, ...]
    feed: AlloraFeed
    announcer: Announcer

    @property
    def streams(self) -> tuple[Topic, ...]:
        """What the bot's configuration calls topics."""
        return streams(self.feed.topics)

    async def run(self) -> None:
        """Until it is cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.feed.run())
            tasks.create_task(self.announcer.run())


@asynccontextmanager
async def opened(
    places: Places,
    key: ApiKey | None,
    coins: Sequence[Coin],
    listening: Listening,
    patience: Patience | None = None,
) -> AsyncGenerator[Allora]:
    """Without a key the chain alone is asked, with one both, against each other. Raises AlloraError."""
    async with HttpTransport(patience) as transport:
        chain = ChainClient(places, transport)
        api = None if key is None else ConsumerClient(places, key, transport)
        catalogue = await _catalogue(places, chain, api)
        topics = followed(catalogue, coins, listening.named)
        feed = AlloraFeed(
            topics, _source(chain, api), listening.put, listening.clock, listening.chance,
            listening.past(topics),
        )  # fmt: skip
        yield Allora(catalogue, feed, Announcer(places.events, feed.wake, listening.chance))


async def _catalogue(
    places: Places, chain: ChainClient, api: ConsumerClient | None
) -> tuple[TopicEntry, ...]:
    block_time = await chain.block_time()
    if api is None:
        return await topics_of_chain(chain, places.network, block_time)
    return await topics_of_api(api, places.network, block_time)


def _source(chain: ChainClient, api: ConsumerClient | None) -> ForecastSource:
    by_chain = ChainSource(chain)
    return by_chain if api is None else CheckedSource(ApiSource(api), by_chain)
