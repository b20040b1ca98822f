"""Questions have deadlines, errors have kinds, and a key goes to its own host only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from tests.adapters.allora.given import NOON, QUICK, venue
from tests.builders.recorded_traffic import recorded
from trimtab.adapters.allora.api_key import ApiKey
from trimtab.adapters.allora.chain_client import ChainClient
from trimtab.adapters.allora.consumer_client import ConsumerClient
from trimtab.adapters.allora.errors import (
    AlloraError,
    KeyRefusedError,
    MovedError,
    NoForecastError,
    NotThereError,
    NotUnderstoodError,
    RefusedError,
    ServerFailedError,
    TooManyRequestsError,
    UnreachableError,
)
from trimtab.adapters.allora.forecast import alike
from trimtab.adapters.allora.http_transport import HttpTransport, Patience
from trimtab.adapters.allora.networks import Network, places_at, public_places
from trimtab.adapters.stand_ins.allora.catalogue import StandInTopic
from trimtab.adapters.stand_ins.allora.chain import BLOCK
from trimtab.adapters.stand_ins.allora.stand_in import KEY
from trimtab.domain.units import SECOND

ERRORS = [
    row
    for row in msgspec.json.decode(recorded("allora/errors.json"))["rows"]
    if row["status"] != 200
]
SECRET = "UP-0123456789abcdef"  # noqa: S105 - made up


async def test_api_and_chain_tell_the_same_forecast_up_to_the_digits_that_the_api_cuts() -> None:
    async with venue() as here:
        told, chain = await here.api.inference(1), await here.chain.inference(1)
        assert told.value != chain.value
        assert alike(told.value, chain.value)
        assert told.issued_at == (await here.chain.block(chain.nonce)).at // SECOND * SECOND
        assert told.interval is not None


async def test_topics_come_page_by_page_and_one_by_one() -> None:
    async with venue() as here:
        topics = await here.api.topics()
        assert [one.topic_id for one in topics] == [1, 2, 3, 9, 10, 14, 15, 20, 21]
        pages = [path for path, _ in here.stand_in.asked if "/topics" in path]
        assert len(pages) == 3
        one = await here.api.topic(14)
        assert one.topic_name == "BTC/USD - Price Prediction - 8h"
        assert one.latest_network_inference is not None
        assert one.latest_network_inference.issued_at <= NOON


async def test_chain_and_api_list_the_same_topics() -> None:
    async with venue() as here:
        assert [(one.topic_id, one.name) for one in await here.topics()] == [
            (one.topic_id, one.topic_name) for one in await here.api.topics()
        ]


async def test_the_pace_of_blocks_is_measured() -> None:
    async with venue() as here:
        assert await here.chain.block_time() == BLOCK


FAILURES: list[tuple[int, type[AlloraError], int]] = [
    (401, KeyRefusedError, 1),
    (403, KeyRefusedError, 1),
    (400, RefusedError, 1),
    (404, NoForecastError, 1),
    (501, NotThereError, 1),
    (429, TooManyRequestsError, 3),
    (500, ServerFailedError, 3),
    (503, ServerFailedError, 3),
]


@pytest.mark.parametrize(("status", "kind", "attempts"), FAILURES)
async def test_an_error_has_a_kind_and_only_what_may_pass_is_asked_again(
    status: int, kind: type[AlloraError], attempts: int
) -> None:
    async with venue() as here:
        here.stand_in.faults.status = {status: -1}
        with pytest.raises(kind):
            await here.api.inference(1)
        assert len(here.stand_in.asked) == attempts


@pytest.mark.parametrize("status", [429, 502])
async def test_what_passes_is_not_noticed(status: int) -> None:
    async with venue() as here:
        here.stand_in.faults.status = {status: 2}
        here.stand_in.faults.retry_after = 0
        assert (await here.api.inference(1)).topic_id == 1
        assert len(here.stand_in.asked) == 3


async def test_a_topic_that_nobody_forecasts_is_told_with_its_number() -> None:
    async with venue() as here:
        with pytest.raises(NoForecastError, match="allora topic id 777"):
            await here.api.inference(777)
        with pytest.raises(NoForecastError):
            await here.chain.inference(777)


async def test_every_call_ends_though_the_other_side_stalls() -> None:
    impatient = Patience(deadline=0.05, altogether=0.2, attempts=3)
    async with venue(patience=impatient) as here:
        here.stand_in.faults.stall = 30.0
        with pytest.raises(UnreachableError, match=r"no answer in 0\.05 s"):
            await here.api.inference(1)
        with pytest.raises(UnreachableError):
            await here.chain.inference(1)


async def test_retries_end_with_the_time_for_all_of_them() -> None:
    patience = Patience(deadline=5.0, altogether=0.1, attempts=100, pause=30.0, longest_pause=30.0)
    async with venue(patience=patience) as here:
        here.stand_in.faults.status = {503: -1}
        with pytest.raises(ServerFailedError, match="HTTP 503"):
            await here.api.inference(1)


async def test_who_is_asked_to_wait_for_long_does_not_wait_within_the_call() -> None:
    async with venue() as here:
        here.stand_in.faults.status, here.stand_in.faults.retry_after = {429: -1}, 3_600
        with pytest.raises(TooManyRequestsError) as told:
            await here.api.inference(1)
        assert told.value.after == 3_600
        assert len(here.stand_in.asked) == 1


async def test_a_connection_that_is_closed_without_an_answer_is_unreachable() -> None:
    async with venue() as here:
        here.stand_in.faults.hang_ups = 2
        with pytest.raises(UnreachableError):
            await here.chain.inference(1)
        here.stand_in.faults.hang_ups = 0
        assert (await here.chain.inference(1)).topic_id == 1


async def test_nobody_there_is_unreachable() -> None:
    async with HttpTransport(QUICK) as transport:
        chain = ChainClient(places_at("http://127.0.0.1:1", "testnet"), transport)
        with pytest.raises(UnreachableError, match=r"127\.0\.0\.1:1"):
            await chain.inference(1)


async def test_a_reply_that_is_cut_off_is_not_understood() -> None:
    async with venue() as here:
        here.stand_in.faults.garbled = True
        with pytest.raises(NotUnderstoodError):
            await here.api.inference(1)
        with pytest.raises(NotUnderstoodError):
            await here.chain.inference(1)


async def test_a_redirect_is_refused_and_nobody_else_sees_the_key() -> None:
    async with venue() as here, venue() as elsewhere:
        here.stand_in.faults.redirect = f"{elsewhere.places.api}/allora/consumer/ethereum-11155111"
        with pytest.raises(MovedError, match="redirects are not followed"):
            await here.api.inference(1)
        assert elsewhere.stand_in.asked == []


async def test_the_chain_never_sees_the_key() -> None:
    async with venue() as here:
        await here.api.inference(1)
        await here.topics()
        keys = {path.startswith("/v2/"): key for path, key in here.stand_in.asked}
        assert keys == {True: KEY, False: ""}


async def test_a_wrong_key_is_refused_and_not_told_though_the_reply_repeats_it() -> None:
    async with venue() as here:
        wrong = ConsumerClient(here.places, ApiKey(SECRET), here.transport)
        with pytest.raises(KeyRefusedError) as refused:
            await wrong.inference(1)
        assert "No active API user found for API key <key>" in str(refused.value)
        assert SECRET not in str(refused.value)
        assert here.stand_in.asked[0][1] == SECRET


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org", "http://api.allora.network",
        "https://api.allora.network.example.org", "https://allora-api.testnet.allora.network",
    ],
)  # fmt: skip
def test_a_key_is_not_sent_to_another_host(url: str) -> None:
    with pytest.raises(
        KeyRefusedError, match=r"is sent to https://api\.allora\.network only"
    ) as told:
        ConsumerClient(places_at(url, "mainnet"), ApiKey(SECRET), HttpTransport())
    assert SECRET not in str(told.value)


@pytest.mark.parametrize("network", ["mainnet", "testnet"])
def test_a_networks_places_are_those_that_allora_publishes(network: Network) -> None:
    published = msgspec.json.decode(recorded("allora/networks.json"))["networks"][network]
    places = public_places(network)
    assert places.chain_id == published["chain_id"]
    assert f"{places.chain}/" == published["lcd"]
    assert places.events == published["rpc"].replace("https", "wss") + "websocket"
    assert ApiKey(SECRET).header(places.api) == {"x-api-key": SECRET}


@pytest.mark.parametrize("row", ERRORS, ids=lambda row: row["cause"])
async def test_an_error_that_allora_documents_is_told_with_its_words(row: dict[str, Any]) -> None:
    """The JSON around the words was never recorded, so only status and words count."""
    async with venue() as here:
        key = "UP-unknown" if row["status"] == 401 else KEY
        here.stand_in.faults.status = {429: -1} if row["status"] == 429 else {}
        client = ConsumerClient(here.places, ApiKey(key), here.transport)
        with pytest.raises(AlloraError) as told:
            await client.inference(777)
        assert (row["contains"] or "too many requests").replace("id N", "id 777") in str(told.value)


@pytest.mark.parametrize("text", ["", "  \n", "two words", "x" * 500, "key\nx-other: 1"])
def test_without_a_key_of_ones_own_there_is_no_client(text: str) -> None:
    with pytest.raises(KeyRefusedError):
        ApiKey(text)


@pytest.mark.parametrize("shown", [repr, str, "{}".format])
def test_a_key_does_not_show_itself(shown: Callable[[ApiKey], str]) -> None:
    assert SECRET not in shown(ApiKey(SECRET))


@pytest.mark.parametrize("version", ["v7", "v9", "v10"])
async def test_the_chains_version_is_found_out(version: str) -> None:
    async with venue(version=version) as here:
        told = await here.chain.inference(1)
        assert here.chain.version == version
        assert (await here.chain.inference_of_block(1, told.nonce)).value == told.value


async def test_a_chain_that_changes_its_version_in_mid_run_is_followed() -> None:
    async with venue(version="v9") as here:
        before = await here.chain.inference(14)
        here.stand_in.version = "v10"
        assert await here.chain.inference(14) == before
        asked = len(here.stand_in.asked)
        await here.chain.inference(14)
        assert len(here.stand_in.asked) == asked + 1


async def test_a_chain_of_an_unknown_version_is_told() -> None:
    async with venue(version="v99") as here:
        with pytest.raises(NotThereError, match="speaks none of v10, v9, v7: update trimtab"):
            await here.chain.inference(1)


@pytest.mark.parametrize("wrapped", [False, True])
async def test_negative_values_are_told_as_they_are(wrapped: bool) -> None:  # noqa: FBT001
    async with venue() as here:
        here.stand_in.faults.negative, here.stand_in.faults.wrapped = {1}, wrapped
        told = await here.api.inference(1)
        assert told.value < 0
        assert alike(told.value, (await here.chain.inference(1)).value)


async def test_a_missing_interval_is_no_error() -> None:
    async with venue() as here:
        here.stand_in.faults.no_interval = True
        assert (await here.api.inference(1)).interval is None


async def test_a_reply_about_another_topic_is_refused() -> None:
    topics = (StandInTopic(2, "BTC/USD - Log Returns - 8h", 75, "czar"),)
    async with venue(topics) as here:
        here.stand_in.faults.instead = {1: 2}
        with pytest.raises(NotUnderstoodError, match="asked for topic 1, got 2"):
            await here.api.inference(1)
        with pytest.raises(NotUnderstoodError, match="asked for topic 1, got 2"):
            await here.chain.inference(1)
