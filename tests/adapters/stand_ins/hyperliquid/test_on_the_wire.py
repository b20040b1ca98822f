"""The stand-in over real sockets: what goes wrong on demand, and what is refused whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from decimal import Decimal
from itertools import count
from typing import Any

import aiohttp
import pytest
from eth_account import Account
from hyperliquid.info import Info
from hyperliquid.utils.signing import sign_l1_action

from tests.adapters.stand_ins.hyperliquid.given import STILL, order, trigger
from tests.builders.awaiting import until
from trimtab.adapters.stand_ins.hyperliquid import rate_limits
from trimtab.adapters.stand_ins.hyperliquid.stand_in import HyperliquidStandIn
from trimtab.adapters.system_clock import SystemClock

USER = Account.from_key("0x" + "11" * 32)
NAME = "0x" + "0a" * 16
ENTRY = order("51000", "0.1", cloid=NAME)


class Wire:
    """A client that signs, and knows nothing."""

    def __init__(self, venue: HyperliquidStandIn, session: aiohttp.ClientSession) -> None:
        self.venue = venue
        self.session = session
        self.url = f"http://127.0.0.1:{venue.port}"
        self._nonces = count(venue.now)

    async def post(self, path: str, body: object) -> tuple[int, Any]:
        async with self.session.post(self.url + path, json=body) as reply:
            is_json = reply.content_type == "application/json"
            return reply.status, await reply.json() if is_json else await reply.text()

    def signed(self, action: dict[str, Any], expires: int | None = None) -> dict[str, Any]:
        nonce = next(self._nonces)
        signature = sign_l1_action(USER, action, None, nonce, expires, is_mainnet=False)
        return {
            "action": action, "nonce": nonce, "signature": signature, "vaultAddress": None,
            "expiresAfter": expires,
        }  # fmt: skip

    async def act(self, action: dict[str, Any], expires: int | None = None) -> Any:
        return (await self.post("/exchange", self.signed(action, expires)))[1]

    async def place(self, *wires: dict[str, Any], expires: int | None = None) -> Any:
        return await self.act(placing(*wires), expires)

    async def unanswered(self, action: dict[str, Any], expires: int | None = None) -> None:
        """Gives up as soon as the venue has it in hand."""
        asked = asyncio.create_task(self.act(action, expires))
        await until(lambda: bool(self.venue.ledger.executed(USER.address)) or asked.done())
        assert not asked.done()
        asked.cancel()

    async def set_faults(self, **faults: object) -> int:
        return (await self.post("/stand-in/faults", faults))[0]


def placing(*wires: dict[str, Any]) -> dict[str, Any]:
    return {"type": "order", "orders": [dict(one) for one in wires], "grouping": "na"}


@asynccontextmanager
async def served() -> AsyncGenerator[Wire]:
    venue = HyperliquidStandIn(SystemClock(), STILL, tick=0.01)
    venue.account(USER.address, 100_000)
    await venue.start()
    async with aiohttp.ClientSession() as session:
        yield Wire(venue, session)
    await venue.stop()


@pytest.fixture
async def wire() -> AsyncGenerator[Wire]:
    async with served() as given:
        yield given


def executed(wire: Wire) -> dict[str, Decimal]:
    return wire.venue.ledger.executed(USER.address)


@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
async def test_a_status_is_given_on_demand_and_taken_back(status: int, wire: Wire) -> None:
    await wire.set_faults(status=status)
    assert (await wire.post("/info", {"type": "meta"}))[0] == status
    await wire.set_faults()
    assert (await wire.post("/info", {"type": "meta"}))[0] == 200


async def test_a_fault_that_is_not_known_is_refused_by_name(wire: Wire) -> None:
    status, words = await wire.post("/stand-in/faults", {"stal": 1})
    assert status == 422
    assert "stal" in words


async def test_an_order_may_be_executed_without_an_answer(wire: Wire) -> None:
    await wire.set_faults(no_answer=1.0)
    await wire.unanswered(placing(ENTRY))
    assert executed(wire) == {NAME: Decimal("0.1")}
    assert wire.venue.ledger.positions(USER.address) == {"BTC": Decimal("0.1")}


async def test_an_order_may_arrive_after_it_was_given_up(wire: Wire) -> None:
    await wire.set_faults(late=1.0, late_by=0.05)
    await wire.unanswered(placing(ENTRY))
    assert executed(wire) == {NAME: Decimal("0.1")}


@pytest.mark.parametrize("heeds", [True, False])
async def test_what_arrives_late_is_bounded_by_its_expiry_or_not(heeds: bool, wire: Wire) -> None:  # noqa: FBT001
    await wire.set_faults(late=1.0, late_by=0.1, heeds_expiry=heeds)
    asked = asyncio.create_task(wire.place(ENTRY, expires=wire.venue.now + 20))
    await until(lambda: len(wire.venue.arrived) == 1)
    asked.cancel()
    assert bool(executed(wire)) != heeds


async def test_that_one_late_order_ignored_its_expiry_does_not_let_others_through(
    wire: Wire,
) -> None:
    await wire.set_faults(late=1.0, late_by=0.05, heeds_expiry=False)
    await wire.unanswered(placing(ENTRY), expires=wire.venue.now + 1)
    await wire.set_faults()
    refused = await wire.place(order("51000", "0.1"), expires=wire.venue.now - 1)
    assert refused["status"] == "err"


@pytest.mark.parametrize(("once", "size"), [(True, "0.1"), (False, "0.2")])
async def test_a_repeated_name_executes_twice_where_only_open_ones_are_refused(
    once: bool,  # noqa: FBT001
    size: str,
    wire: Wire,
) -> None:
    await wire.set_faults(cloid_once=once)
    for _ in range(2):
        await wire.place(ENTRY)
    assert executed(wire) == {NAME: Decimal(size)}
    assert wire.venue.ledger.positions(USER.address) == {"BTC": Decimal(size)}


async def test_a_batch_may_get_one_error_for_all(wire: Wire) -> None:
    await wire.set_faults(one_error=1.0)
    answer = await wire.place(ENTRY, order("2100", "1", asset=1))
    assert len(answer["response"]["data"]["statuses"]) == 1


async def test_positions_may_be_left_out(wire: Wire) -> None:
    await wire.place(ENTRY)
    asked = {"type": "clearinghouseState", "user": USER.address}
    assert (await wire.post("/info", asked))[1]["assetPositions"]
    await wire.set_faults(omit_positions=True)
    assert (await wire.post("/info", asked))[1]["assetPositions"] == []


async def test_a_sparse_spot_market_breaks_the_official_client_as_it_did(wire: Wire) -> None:
    await asyncio.to_thread(Info, wire.url, skip_ws=True)
    await wire.set_faults(sparse=True)
    with pytest.raises(KeyError):
        await asyncio.to_thread(Info, wire.url, skip_ws=True)


async def test_a_clock_that_is_ahead_refuses_what_has_expired_there(wire: Wire) -> None:
    soon = wire.venue.now + 10_000
    await wire.set_faults(clock_skew=60.0)
    assert (await wire.place(ENTRY, expires=soon))["response"].startswith("Action expired")


@pytest.mark.parametrize(
    "body",
    [{"type": "nonsense"}, {}, {"type": "clearinghouseState"}, [], {"type": "l2Book", "coin": "X"}],
    ids=str,
)
async def test_a_question_of_no_known_shape_is_refused_as_text(body: object, wire: Wire) -> None:
    assert await wire.post("/info", body) == (
        422, "Failed to deserialize the JSON body into the target type",
    )  # fmt: skip


@pytest.mark.parametrize(
    "action",
    [{"type": "order"}, {"type": "updateLeverage", "asset": 99, "isCross": True, "leverage": 2}],
    ids=lambda action: str(action["type"]),
)
async def test_an_action_of_another_shape_is_refused(action: dict[str, Any], wire: Wire) -> None:
    assert (await wire.post("/exchange", wire.signed(action)))[0] == 422


@pytest.mark.parametrize(
    "body", [[], {}, {"action": "order", "nonce": 1, "signature": {}}], ids=str
)
async def test_what_is_no_envelope_is_refused(body: object, wire: Wire) -> None:
    assert (await wire.post("/exchange", body))[0] == 422


async def test_a_signature_over_something_else_is_somebody_elses(wire: Wire) -> None:
    envelope = wire.signed(placing(ENTRY))
    envelope["action"]["orders"][0]["s"] = "0.2"
    answer = (await wire.post("/exchange", envelope))[1]
    assert answer["response"].endswith("does not exist.")
    assert USER.address.lower() not in answer["response"]


async def test_a_nonce_is_taken_once(wire: Wire) -> None:
    envelope = wire.signed(placing(ENTRY))
    await wire.post("/exchange", envelope)
    assert (await wire.post("/exchange", envelope))[1] == {
        "status": "err", "response": f"Invalid nonce: duplicate nonce {envelope['nonce']}",
    }  # fmt: skip
    assert wire.venue.ledger.nonces[USER.address.lower()] == [envelope["nonce"]]


async def test_too_much_weight_is_429(wire: Wire) -> None:
    wire.venue.limits.most = 40
    statuses = [(await wire.post("/info", {"type": "meta"}))[0] for _ in range(3)]
    assert statuses == [200, 200, 429]


async def test_an_account_without_volume_runs_out_of_requests_but_not_of_cancels(
    wire: Wire,
) -> None:
    account = wire.venue.account(USER.address)
    account.requests = rate_limits.quota(account)
    account.quota_at = wire.venue.now
    refused = await wire.place(ENTRY)
    assert refused["response"].startswith("Too many cumulative requests sent (10001 > 10000)")
    cancelled = await wire.act({"type": "cancel", "cancels": [{"a": 0, "o": 1}]})
    assert cancelled["status"] == "ok"
    account.quota_at -= 10_000
    assert (await wire.place(ENTRY))["status"] == "ok"


async def test_a_schedule_cancels_what_is_open_ten_times_a_day(wire: Wire) -> None:
    account = wire.venue.account(USER.address)
    account.volume = Decimal(1_000_000)
    await wire.place(order("49000", "0.1", tif="Gtc"))
    at = wire.venue.now + 6_000
    assert (await wire.act({"type": "scheduleCancel", "time": at}))["status"] == "ok"
    wire.venue.venue.tick(at)
    assert [one.status for one in account.past.values()] == ["scheduledCancel"]
    account.scheduled = (wire.venue.now // 86_400_000, 10)
    assert (await wire.act({"type": "scheduleCancel", "time": at}))["status"] == "err"


async def test_a_unified_account_shows_its_money_elsewhere(wire: Wire) -> None:
    other = "0x" + "cd" * 20
    await wire.post("/stand-in/accounts", {"address": other, "cash": 500, "unified": True})
    ask = {"user": other}
    _, state = await wire.post("/info", {"type": "clearinghouseState", **ask})
    _, spot = await wire.post("/info", {"type": "spotClearinghouseState", **ask})
    assert (await wire.post("/info", {"type": "userAbstraction", **ask}))[1] == "unifiedAccount"
    assert state["marginSummary"]["accountValue"] == "0.0"
    assert spot["balances"][0]["total"] == "500.0"


async def test_the_stream_greets_pongs_and_refuses_repeats(wire: Wire) -> None:
    wanted = {"method": "subscribe", "subscription": {"type": "userFills", "user": USER.address}}
    async with wire.session.ws_connect(f"{wire.url}/ws") as socket:
        assert await socket.receive_str() == "Websocket connection established."
        await socket.send_json({"method": "ping"})
        assert await socket.receive_json() == {"channel": "pong"}
        await socket.send_json(wanted)
        assert (await socket.receive_json())["channel"] == "subscriptionResponse"
        snapshot = await socket.receive_json()
        assert (snapshot["channel"], snapshot["data"]["isSnapshot"]) == ("userFills", True)
        await socket.send_json(wanted)
        refused = await socket.receive_json()
        assert refused["channel"] == "error"
        assert refused["data"].startswith("Already subscribed")


async def test_fills_may_be_told_twice_and_the_wrong_way_round(wire: Wire) -> None:
    wire.venue.account(USER.address).cash = Decimal(10_000_000)
    await wire.set_faults(repeats=1.0, unordered=1.0)
    async with wire.session.ws_connect(f"{wire.url}/ws") as socket:
        await socket.receive_str()
        await socket.send_json(
            {"method": "subscribe", "subscription": {"type": "userEvents", "user": USER.address}}
        )
        await socket.receive_json()
        await wire.place(order("50020", "6"))
        told = [one["tid"] for one in (await socket.receive_json())["data"]["fills"]]
    assert len(told) == 2 * len(set(told)) > 2
    assert told != sorted(told)


async def test_streams_may_be_closed_and_opened_again(wire: Wire) -> None:
    async with wire.session.ws_connect(f"{wire.url}/ws") as socket:
        await socket.receive_str()
        await wire.set_faults(drop_every=0.01)
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
    await wire.set_faults()
    async with wire.session.ws_connect(f"{wire.url}/ws") as socket:
        assert await socket.receive_str() == "Websocket connection established."


async def test_a_question_over_the_stream_that_is_not_known_is_an_error_there(wire: Wire) -> None:
    async with wire.session.ws_connect(f"{wire.url}/ws") as socket:
        await socket.receive_str()
        for number, kind in enumerate(("nonsense", "allMids")):
            request = {"type": "info", "payload": {"type": kind}}
            await socket.send_json({"method": "post", "id": number, "request": request})
        wrong, right = await socket.receive_json(), await socket.receive_json()
    assert wrong["data"]["response"]["type"] == "error"
    assert right["data"]["response"]["payload"]["type"] == "allMids"


async def test_who_says_nothing_is_dropped(wire: Wire) -> None:
    wire.venue.stream.idle = 0.05
    async with wire.session.ws_connect(f"{wire.url}/ws") as socket:
        await socket.receive_str()
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_an_order_that_the_venue_took_away_is_told_as_such(wire: Wire) -> None:
    async with wire.session.ws_connect(f"{wire.url}/ws") as socket:
        await socket.receive_str()
        await socket.send_json(
            {"method": "subscribe", "subscription": {"type": "userEvents", "user": USER.address}}
        )
        await socket.receive_json()
        await wire.place(ENTRY)
        stop = trigger("45000", "0.1")
        await wire.act({"type": "order", "orders": [stop], "grouping": "positionTpsl"})
        (oid,) = wire.venue.account(USER.address).orders
        await wire.place(order("49000", "0.1", buys=False, reduces=True))
        async with asyncio.timeout(10):
            while "nonUserCancel" not in (event := (await socket.receive_json())["data"]):
                assert "fills" in event
    assert event == {"nonUserCancel": [{"coin": "BTC", "oid": oid}]}
