"""The stand-in speaks as Allora does: its official client, our own and the recordings agree on it."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any, cast

import aiohttp
import msgspec
import pytest
from allora_sdk.api_client.client import AlloraAPIClient, ChainID
from allora_sdk.rpc_client.client_websocket_events import (
    AlloraWebsocketSubscriber,
    EventAttributeCondition,
)
from allora_sdk.rpc_client.protos.emissions import v9, v10

from tests.adapters.allora.given import COINS, Venue, venue
from tests.builders.awaiting import until
from tests.builders.recorded_traffic import recorded
from trimtab.adapters.allora.catalogue import topics_of_api, topics_of_chain
from trimtab.adapters.allora.streams import followed
from trimtab.adapters.stand_ins.allora.catalogue import TOPICS
from trimtab.adapters.stand_ins.allora.chain import BLOCK
from trimtab.adapters.stand_ins.allora.stand_in import KEY

Json = dict[str, Any]


def official(here: Venue) -> AlloraAPIClient:
    return AlloraAPIClient(chain_id=ChainID.TESTNET, api_key=KEY, base_api_url=here.places.api)


async def got(url: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(url) as reply:
        return await reply.text()


async def latest(here: Venue, topic_id: int) -> str:
    version = here.stand_in.version
    return await got(
        f"{here.places.chain}/emissions/{version}/latest_network_inferences/{topic_id}"
    )


def shape(value: object) -> object:
    """Names and types, without the figures; a list is as its first item."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in cast("Json", value).items()}
    if isinstance(value, list):
        return [shape(one) for one in cast("list[object]", value)[:1]]
    return type(value).__name__


async def test_the_official_client_lists_our_topics() -> None:
    async with venue() as here:
        topics = await official(here).get_all_topics()
        assert [(one.topic_id, one.topic_name, one.epoch_length) for one in topics] == [
            (one.topic_id, one.name, one.epoch_length) for one in TOPICS
        ]


@pytest.mark.parametrize("topic", TOPICS, ids=lambda one: one.name)
async def test_the_official_client_reads_what_ours_reads(topic: Any) -> None:
    async with venue() as here:
        theirs = (await official(here).get_inference_by_topic_id(topic.topic_id)).inference_data
        ours = await here.api.inference(topic.topic_id)
        assert Decimal(theirs.network_inference_normalized) == ours.value
        assert theirs.timestamp * 1_000_000 == ours.issued_at
        assert int(theirs.topic_id) == topic.topic_id


async def test_the_official_models_read_the_chain_of_v10() -> None:
    async with venue() as here:
        ours = await here.chain.inference(14)
        answer = v10.GetLatestNetworkInferencesResponse()
        theirs = answer.from_json(await latest(here, 14), ignore_unknown_fields=False)
        assert theirs.network_inferences.nonce == ours.nonce == theirs.inference_block_height
        (value,) = theirs.network_inferences.combined_value
        assert (value.label_name, Decimal(value.value)) == ("y", ours.value)


async def test_the_official_models_read_the_chain_of_v9() -> None:
    async with venue(version="v9") as here:
        ours = await here.chain.inference(14)
        answer = v9.GetLatestNetworkInferencesResponse()
        theirs = answer.from_json(await latest(here, 14), ignore_unknown_fields=True)
        assert Decimal(theirs.network_inferences.combined_value) == ours.value
        assert theirs.inference_block_height == ours.nonce


async def test_the_official_models_read_the_chains_topics() -> None:
    async with venue() as here:
        text = await got(f"{here.places.chain}/emissions/v10/topics/1")
        theirs = v10.GetTopicResponse().from_json(text, ignore_unknown_fields=True).topic
        ours = await here.chain.topic(1)
        assert (theirs.id, theirs.metadata, theirs.loss_method, theirs.epoch_length) == (
            1, ours.metadata, "czar", 75,
        )  # fmt: skip


@pytest.mark.filterwarnings("ignore:EventNetworkInferences")
async def test_the_official_subscriber_hears_the_chains_events() -> None:
    async with venue(version="v9") as here:
        heard: list[tuple[v9.EventNetworkInferences, int]] = []
        subscriber = AlloraWebsocketSubscriber(here.places.events)
        await subscriber.subscribe_new_block_events_typed(
            v9.EventNetworkInferences,
            [EventAttributeCondition("topic_id", "EXISTS", "")],
            lambda event, height: heard.append((event, height)),
        )
        await until(lambda: bool(here.stand_in.events.subscriptions))
        await _confirmed(subscriber)
        here.pass_time(60 * 5.6)
        await until(lambda: any(event.topic_id == 14 for event, _ in heard))
        await subscriber.stop()
        ours = await here.chain.inference(14)
        ((event, height),) = (one for one in heard if one[0].topic_id == 14)
        assert event.block_height == ours.nonce
        told = msgspec.json.decode(event.value_bundle)  # it leaves the text as it is
        assert Decimal(told["combined_value"]) == ours.value
        assert height >= ours.nonce + 12


async def _confirmed(subscriber: Any) -> None:
    await until(lambda: all(one["active"] for one in subscriber.subscriptions.values()))


async def test_a_forecast_looks_like_the_recorded_one() -> None:
    rows = cast("Json", msgspec.json.decode(recorded("allora/consumer_responses.json")))["rows"]
    real = next(row for row in rows if row["name"] == "inference_topic_69")["response"]["body"]
    async with venue() as here, aiohttp.ClientSession() as session:
        here.stand_in.faults.no_interval = True
        url = f"{here.places.api}/allora/consumer/ethereum-11155111?allora_topic_id=14"
        async with session.get(url, headers={"x-api-key": KEY}) as reply:
            assert shape(await reply.json()) == shape(real)


@pytest.mark.parametrize("version", ["v7", "v10"])
async def test_the_chains_reply_looks_like_the_recorded_one(version: str) -> None:
    name = f"allora/lcd_latest_network_inferences_{version}.json"
    real = cast("Json", msgspec.json.decode(recorded(name)))["body"]
    async with venue(version=version) as here:
        ours = cast("Json", msgspec.json.decode(await latest(here, 14)))
        assert set(ours) == set(real)
        assert set(ours["network_inferences"]) == set(real["network_inferences"])
        for told in (ours, real):
            value = told["network_inferences"]["combined_value"]
            assert shape(value) == (
                "str"
                if version == "v7"
                else [{"label_id": "int", "label_name": "str", "value": "str"}]
            )


async def test_an_event_looks_like_the_recorded_one() -> None:
    real = cast("Json", msgspec.json.decode(recorded("allora/new_block_events_v9.json")))
    theirs = _event(real)
    async with venue(version="v9") as here, aiohttp.ClientSession() as session:
        async with session.ws_connect(here.places.events) as socket:
            query = (
                "tm.event='NewBlockEvents' AND emissions.v9.EventNetworkInferences.topic_id EXISTS"
            )
            await socket.send_json(
                {"jsonrpc": "2.0", "method": "subscribe", "id": "1", "params": {"query": query}}
            )
            assert await socket.receive_json() == {"jsonrpc": "2.0", "id": "1", "result": {}}
            here.pass_time(75 * 5.6)
            ours = await socket.receive_json()
        assert set(ours) == set(real)
        assert set(ours["result"]) == set(real["result"])
        assert shape(_event(ours)) == shape(theirs)
        keys = [one["key"] for one in theirs["attributes"]]
        assert sorted(keys) == sorted(one["key"] for one in _event(ours)["attributes"])


def _event(frame: Json) -> Json:
    events = frame["result"]["data"]["value"]["events"]
    return next(one for one in events if one["type"] == "emissions.v9.EventNetworkInferences")


async def test_both_ways_of_discovery_make_the_same_catalogue() -> None:
    async with venue() as here:
        by_api = await topics_of_api(here.api, "testnet", BLOCK)
        assert by_api == await topics_of_chain(here.chain, "testnet", BLOCK)
        assert [one.entry.topic_id for one in followed(by_api, COINS)] == [1, 2, 3, 9, 10, 14, 15]
        assert [one.topic_id for one in by_api if not one.tradable] == [20, 21]


async def test_the_same_seed_forecasts_the_same() -> None:
    async def values() -> list[Decimal]:
        async with venue() as here:
            return [(await here.chain.inference(one)).value for one in (1, 14, 15, 20)]

    assert await values() == await values()


async def test_forecasts_can_be_given_by_the_caller() -> None:
    async with venue(value=lambda topic, _: Decimal(topic.topic_id)) as here:
        assert (await here.chain.inference(14)).value == 14
        assert (await here.api.inference(9)).value == 9


async def test_it_lets_go_of_its_port() -> None:
    async with venue() as here:
        port = int(here.places.chain.rpartition(":")[2])
    with pytest.raises(OSError, match=r"refused|[Ff]ailed"):
        await asyncio.open_connection("127.0.0.1", port)
