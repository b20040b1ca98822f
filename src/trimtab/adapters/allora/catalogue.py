"""All topics of a network and what each is good for. Found by asking: no topic's number is known beforehand."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from trimtab.adapters.allora.chain_client import ChainClient
from trimtab.adapters.allora.chain_messages import TopicFields
from trimtab.adapters.allora.consumer_client import ConsumerClient
from trimtab.adapters.allora.consumer_messages import TopicReply
from trimtab.adapters.allora.errors import NoForecastError
from trimtab.adapters.allora.figures import whole_of
from trimtab.adapters.allora.networks import Network
from trimtab.adapters.allora.topic_names import meaning
from trimtab.domain.configuration import PredictionKind
from trimtab.domain.units import Coin, Micros

_AT_ONCE = 4
"""Questions to the chain that wait at the same time."""


class TopicEntry(Struct, frozen=True):
    """One topic. What its maker's words leave open is None."""

    network: Network
    topic_id: int
    name: str
    kind: PredictionKind | None
    asset: Coin | None
    horizon: Micros | None
    cadence: Micros
    """From one forecast to the next: `epoch_length` blocks at the measured pace."""
    epoch_length: int
    """Blocks."""
    loss_method: str
    active: bool
    submission_window: int = 0
    """Blocks from the opening of an epoch until its forecast is made."""
    not_traded: str = ""
    """Why; empty where it can be traded."""

    @property
    def tradable(self) -> bool:
        return not self.not_traded


class Crossed(Struct, frozen=True):
    """Forecasts against markets."""

    both: tuple[Coin, ...]
    """Coins that can be traded on a forecast."""
    only_forecast: tuple[Coin, ...]
    """Coins of tradable topics that have no market."""
    only_market: tuple[Coin, ...]


async def topics_of_api(
    client: ConsumerClient, network: Network, block_time: Micros
) -> tuple[TopicEntry, ...]:
    """By the consumer API's list. Raises AlloraError."""
    return _ordered(_of_reply(network, one, block_time) for one in await client.topics())


async def topics_of_chain(
    client: ChainClient, network: Network, block_time: Micros
) -> tuple[TopicEntry, ...]:
    """By asking the chain for every number that was ever given. Raises AlloraError."""
    room = asyncio.Semaphore(_AT_ONCE)

    async def entry(topic_id: int) -> TopicEntry | None:
        async with room:
            try:
                return await topic_of_chain(client, network, topic_id, block_time)
            except NoForecastError:
                return None

    numbers = range(1, await client.next_topic_id())
    found = await asyncio.gather(*(entry(number) for number in numbers))
    return _ordered(one for one in found if one is not None)


async def topic_of_chain(
    client: ChainClient, network: Network, topic_id: int, block_time: Micros
) -> TopicEntry:
    """One of them. Raises AlloraError."""
    fields = await client.topic(topic_id)
    return _of_fields(network, fields, block_time, active=await client.is_active(topic_id))


def entry_of(
    network: Network,
    topic_id: int,
    words: tuple[str, str],
    epoch_length: int,
    block_time: Micros,
    *,
    active: bool,
    submission_window: int = 0,
) -> TopicEntry:
    """`words`: its name, or its metadata on the chain, and its loss method."""
    name, loss_method = words
    read = meaning(name, loss_method)
    entry = TopicEntry(
        network, topic_id, name, read.kind, read.asset, read.horizon,
        Micros(epoch_length * block_time), epoch_length, loss_method, active, submission_window,
        read.doubt,
    )  # fmt: skip
    return entry if read.doubt else _with_reason(entry)


def crossed(topics: Sequence[TopicEntry], markets: Collection[Coin]) -> Crossed:
    """Of active topics that can be traded."""
    forecast = {one.asset for one in topics if one.tradable and one.asset is not None}
    coins = set(markets)
    return Crossed(
        tuple(sorted(forecast & coins)),
        tuple(sorted(forecast - coins)),
        tuple(sorted(coins - forecast)),
    )


def _with_reason(entry: TopicEntry) -> TopicEntry:
    return replace(entry, not_traded=_reason(entry))


def _reason(entry: TopicEntry) -> str:
    match entry.kind:
        case "volatility":
            return "a volatility tells no direction"
        case "classification":
            return "a classification is scored, not traded"
        case None:
            return (
                f"its name does not say what it forecasts (loss {entry.loss_method or 'unknown'})"
            )
        case "price" | "log_return":
            return _missing(entry)


def _missing(entry: TopicEntry) -> str:
    if entry.asset is None:
        return "its name does not say of which coin"
    if entry.horizon is None:
        return "its name does not say over which horizon"
    if entry.cadence <= 0:
        return "its epoch has no length"
    return "" if entry.active else "inactive"


def _of_reply(network: Network, topic: TopicReply, block_time: Micros) -> TopicEntry:
    return entry_of(
        network, whole_of(topic.topic_id), (topic.topic_name, topic.loss_method),
        topic.epoch_length, block_time,
        active=topic.is_active is not False, submission_window=topic.worker_submission_window,
    )  # fmt: skip


def _of_fields(
    network: Network, topic: TopicFields, block_time: Micros, *, active: bool
) -> TopicEntry:
    return entry_of(
        network, whole_of(topic.id), (topic.metadata, topic.loss_method),
        whole_of(topic.epoch_length), block_time,
        active=active, submission_window=whole_of(topic.worker_submission_window),
    )  # fmt: skip


def _ordered(entries: Iterable[TopicEntry]) -> tuple[TopicEntry, ...]:
    return tuple(sorted(entries, key=lambda one: one.topic_id))
