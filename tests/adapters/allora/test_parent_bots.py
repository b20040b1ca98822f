"""What the bots before this one got wrong about forecasts, and money was lost by. Named after each defect."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from tests.adapters.allora.given import COINS, NOON, venue
from tests.adapters.allora.test_feed import fed
from tests.adapters.allora.test_topic_names import LIVE
from trimtab.adapters.allora.api_key import ApiKey
from trimtab.adapters.allora.catalogue import topics_of_chain
from trimtab.adapters.allora.consumer_client import ConsumerClient
from trimtab.adapters.allora.errors import AlloraError, KeyRefusedError
from trimtab.adapters.allora.http_transport import HttpTransport, Patience
from trimtab.adapters.allora.networks import places_at
from trimtab.adapters.allora.streams import followed, streams
from trimtab.adapters.stand_ins.allora.catalogue import StandInTopic
from trimtab.adapters.stand_ins.allora.chain import BLOCK
from trimtab.domain.units import HOUR, Coin, Micros

PRICE, RETURN = Decimal(64_000), Decimal("0.004")


def mixed_up(topic: StandInTopic, _: Micros) -> Decimal:
    """A return where a price belongs, a price where a return belongs."""
    return RETURN.copy_negate() if topic.kind == "price" else PRICE


async def test_1_a_signal_has_the_topics_kind_and_topics_without_direction_give_none() -> None:
    async with venue() as here:
        told = await fed(here)
        await told.feed.poll()
        kinds = {str(topic.name): topic.kind for topic in streams(told.feed.topics)}
        assert set(kinds.values()) == {"log_return", "price"}
        for stream, _, value in told.cells():
            assert (abs(value) < 0.1) == (kinds[stream] == "log_return")


@pytest.mark.parametrize("topic_id", [1, 14])
async def test_1_a_log_return_is_never_read_as_a_price_nor_a_price_as_a_log_return(
    topic_id: int,
) -> None:
    """Read as a price, every log return says: down by 100 %, sell, for ever."""
    async with venue(value=mixed_up) as here:
        told = await fed(here, topic_id)
        await told.feed.poll()
        assert told.forecasts == []
        assert "is it a" in told.lost[0]


def test_the_parents_table_of_topics_is_not_what_the_network_says() -> None:
    """It had 1 = BTC, 3 = SOL, 9 = MATIC, whatever the network."""
    said = {
        (one.network, one.topic_id): (one.asset, one.kind)
        for one in LIVE
        if one.topic_id in {1, 3, 9}
    }
    assert said == {
        ("testnet", 1): ("ETH", "price"),
        ("testnet", 3): ("BTC", "price"),
        ("testnet", 9): ("ARB", "price"),
        ("mainnet", 1): ("BTC", "log_return"),
        ("mainnet", 3): ("SOL", "log_return"),
        ("mainnet", 9): ("ETH", "price"),
    }


async def test_topics_are_what_the_network_says_and_no_number_is_known_beforehand() -> None:
    renumbered = (
        StandInTopic(3, "BTC/USD - Price Prediction - 8h"),
        StandInTopic(7, "SOL/USD - Log Returns - 8h", 75, "czar"),
    )
    async with venue(renumbered) as here:
        topics = await topics_of_chain(here.chain, "testnet", BLOCK)
        chosen = followed(topics, COINS)
        assert [(one.entry.topic_id, one.asset, one.kind) for one in chosen] == [
            (3, Coin("BTC"), "price"), (7, Coin("SOL"), "log_return"),
        ]  # fmt: skip


async def test_4_a_reply_of_200_with_an_old_timestamp_is_a_stale_forecast() -> None:
    """The parent measured how old its own HTTP reply was: always new."""
    async with venue() as here:
        here.stand_in.faults.quiet[1] = Micros(NOON - HOUR)
        told = await fed(here, 1, source="api")
        await told.feed.poll()
        assert told.forecasts == []
        assert told.lost == ["topic 1 is quiet: its last forecast is 61m old"]


async def test_9_every_call_ends() -> None:
    """The parent's calls had no deadline: one silent server stopped the bot."""
    impatient = Patience(deadline=0.05, altogether=0.1, attempts=3)
    async with venue(patience=impatient) as here:
        here.stand_in.faults.stall = 60.0
        questions = (
            here.api.inference(1), here.api.topics(), here.chain.inference(1), here.chain.block()
        )  # fmt: skip
        answers = await asyncio.gather(*questions, return_exceptions=True)
        assert all(isinstance(one, AlloraError) for one in answers)


async def test_9_a_network_that_fails_is_not_silently_replaced_by_another() -> None:
    """The parent fell back to a testnet, and sent it the key."""
    async with venue() as here, venue() as other:
        told = await fed(here, 1, source="api")
        here.stand_in.faults.status = {500: -1}
        await told.feed.poll()
        assert "HTTP 500" in told.lost[0]
        assert {topic.entry.network for topic in told.feed.topics} == {"testnet"}
        assert other.stand_in.asked == []


def test_9_a_key_goes_to_its_own_host_only() -> None:
    testnet = places_at("https://allora-api.testnet.allora.network", "testnet")
    with pytest.raises(KeyRefusedError):
        ConsumerClient(testnet, ApiKey("UP-of-mainnet"), HttpTransport())


@pytest.mark.parametrize("version", ["v7", "v9", "v10"])
async def test_9_every_version_of_the_chain_is_read(version: str) -> None:
    """The parent read v7 only."""
    async with venue(version=version) as here:
        told = await fed(here, 14)
        await told.feed.poll()
        assert len(told.cells()) == 1
