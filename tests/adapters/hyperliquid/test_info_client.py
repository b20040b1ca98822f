"""Questions to the venue, over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest
from aiohttp import web

from tests.adapters.hyperliquid.venue_server import VenueServer, venue_server
from trimtab.adapters.hyperliquid.account_messages import Agent, FeeRates
from trimtab.adapters.hyperliquid.http_transport import HttpTransport
from trimtab.adapters.hyperliquid.info_client import InfoClient, Patience
from trimtab.adapters.hyperliquid.market_messages import Book, Level, Meta, MetaAndContexts
from trimtab.adapters.hyperliquid.throttle import Throttle
from trimtab.adapters.hyperliquid.venue_errors import (
    NotSentError,
    NotUnderstoodError,
    RefusedRequestError,
    TooMuchError,
    UnreachableError,
)

QUICK = Patience(attempts=3, first_pause=0.001, longest_pause=0.002, jitter=0.0, total=10.0)
USER = "0x" + "1" * 40


@asynccontextmanager
async def asking(deadline: float = 5.0) -> AsyncGenerator[tuple[VenueServer, InfoClient], None]:
    async with venue_server() as venue, HttpTransport(venue.url, deadline) as transport:
        yield venue, InfoClient(transport, Throttle(), QUICK)


class Failing:
    """Fails so many times with a status, then answers."""

    def __init__(self, times: int, status: int, answer: object) -> None:
        self.left = times
        self.status = status
        self.answer = answer

    def __call__(self, _: dict[str, Any]) -> object:
        self.left -= 1
        return web.Response(status=self.status) if self.left >= 0 else self.answer


async def test_a_question_is_asked_again_while_the_venue_is_overloaded() -> None:
    async with asking() as (venue, client):
        venue.info["allMids"] = Failing(2, 502, {"BTC": "100.5"})

        assert await client.mids() == {"BTC": Decimal("100.5")}
        assert len(venue.asked) == 3


async def test_it_gives_up_in_the_end_and_says_so() -> None:
    async with asking() as (venue, client):
        venue.info["allMids"] = Failing(99, 503, {})

        with pytest.raises(UnreachableError, match="HTTP 503"):
            await client.mids()


async def test_a_question_that_the_venue_does_not_know_is_not_repeated() -> None:
    async with asking() as (venue, client):
        with pytest.raises(RefusedRequestError, match="Failed to deserialize"):
            await client.meta()
        assert len(venue.asked) == 1


async def test_too_many_requests_empty_the_budget() -> None:
    async with asking() as (venue, _), HttpTransport(venue.url) as transport:
        throttle = Throttle()
        client = InfoClient(transport, throttle, Patience(attempts=1))
        venue.info["allMids"] = Failing(1, 429, {})

        with pytest.raises(TooMuchError):
            await client.mids()

        assert throttle.available < 1


async def test_every_call_has_a_deadline() -> None:
    async with asking(deadline=0.05) as (venue, client):
        never = asyncio.Event()
        venue.info["allMids"] = lambda _: never.wait()

        with pytest.raises(UnreachableError, match=r"no answer in 0\.05 s"):
            await client.mids()


async def test_an_idle_session_that_died_is_replaced() -> None:
    """hyperliquid-python-sdk 293: the first request after a pause failed for ever."""
    async with asking() as (venue, client):
        died = web.Response(body=b'{"BTC":"1"}', headers={"Connection": "close"})
        venue.info["allMids"] = lambda _: died

        assert await client.mids() == {"BTC": 1}
        venue.info["allMids"] = lambda _: {"BTC": "2"}
        assert await client.mids() == {"BTC": 2}


async def test_where_nobody_listens_nothing_was_sent() -> None:
    async with venue_server() as venue:
        url = venue.url
    async with HttpTransport(url) as transport:
        with pytest.raises(NotSentError):
            await transport.post("/exchange", b"{}")


async def test_a_key_goes_to_its_own_host_only() -> None:
    async with asking() as (venue, client), venue_server() as other:
        venue.info["meta"] = lambda _: web.Response(
            status=307, headers={"Location": f"{other.url}/info"}
        )

        with pytest.raises(RefusedRequestError, match="HTTP 307"):
            await client.meta()

        assert other.asked == []


async def test_an_answer_of_another_shape_is_told_as_such() -> None:
    async with asking() as (venue, client):
        venue.info["meta"] = lambda _: {"universe": "all of it"}

        with pytest.raises(NotUnderstoodError, match="answer to meta"):
            await client.meta()


async def test_sparse_spot_metadata_hurts_nobody_because_it_is_never_asked_for() -> None:
    """hyperliquid-python-sdk 275, 301: a token less, and all clients were down."""
    async with asking() as (venue, client):
        venue.info["meta"] = lambda _: {
            "universe": [{"name": "BTC", "szDecimals": 5, "maxLeverage": 40}]
        }
        venue.info["spotMeta"] = lambda _: {
            "tokens": [{"index": 360}],
            "universe": [{"tokens": [1]}],
        }

        meta = await client.meta()

        assert meta.universe[0].name == "BTC"
        assert [one["type"] for one in venue.asked] == ["meta"]


async def test_fills_of_many_pages_come_once_each_and_in_order() -> None:
    fills = [_fill(number) for number in range(4_100)]

    def page(question: dict[str, Any]) -> object:
        since = question["startTime"]
        return [one for one in fills if one["time"] >= since][:2_000]

    async with asking() as (venue, client):
        venue.info["userFillsByTime"] = page

        found = await client.fills(USER, 0)

    assert [one.trade for one in found] == list(range(4_100))


async def test_the_mode_of_an_account_without_one_is_the_default() -> None:
    async with asking() as (venue, client):
        venue.info["userAbstraction"] = lambda _: None

        assert await client.abstraction(USER) == "default"

        venue.info["userAbstraction"] = lambda _: "unifiedAccount"
        assert await client.abstraction(USER) == "unifiedAccount"


Ask = Callable[[InfoClient], Awaitable[Any]]

QUESTIONS: list[tuple[str, object, Ask, object]] = [
    (
        "userFees",
        {"userCrossRate": "0.00045", "userAddRate": "0.00015", "dailyUserVlm": []},
        lambda client: client.fees(USER),
        FeeRates(Decimal("0.00045"), Decimal("0.00015")),
    ),
    (
        "extraAgents",
        [{"name": "bot", "address": "0x1", "validUntil": 7}],
        lambda client: client.agents(USER),
        (Agent("bot", "0x1", 7),),
    ),
    ("userRole", {"role": "agent"}, lambda client: client.role(USER), "agent"),
    (
        "l2Book",
        {"coin": "BTC", "time": 1, "levels": [[{"px": "1", "sz": "2", "n": 3}], []]},
        lambda client: client.book("BTC"),
        Book("BTC", 1, ((Level(Decimal(1), Decimal(2), 3),), ())),
    ),
    (
        "metaAndAssetCtxs",
        [{"universe": []}, []],
        lambda client: client.meta_and_contexts(),
        MetaAndContexts(Meta(()), ()),
    ),
]


@pytest.mark.parametrize(("kind", "said", "ask", "read"), QUESTIONS, ids=lambda one: str(one)[:16])
async def test_each_question_has_its_answer(
    kind: str, said: object, ask: Ask, read: object
) -> None:
    async with asking() as (venue, client):
        venue.info[kind] = lambda _: said

        assert await ask(client) == read
        assert venue.asked[0]["type"] == kind


def _fill(number: int) -> dict[str, Any]:
    """Three in each millisecond."""
    return {
        "coin": "BTC",
        "px": "100",
        "sz": "1",
        "side": "B",
        "time": number // 3,
        "oid": 1,
        "fee": "0.1",
        "tid": number,
    }
