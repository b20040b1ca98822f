"""The official client cannot tell the stand-in from the venue, and shapes are those that were recorded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any, TypeGuard, TypeVar, cast

import msgspec
import pytest
from eth_account import Account
from hyperliquid.exchange import Exchange
from hyperliquid.info import Info
from hyperliquid.utils.types import Cloid

from tests.builders.awaiting import until
from tests.builders.recorded_traffic import recorded
from trimtab.adapters.stand_ins.hyperliquid.noise_market import NoiseMarket
from trimtab.adapters.stand_ins.hyperliquid.stand_in import HyperliquidStandIn
from trimtab.adapters.system_clock import SystemClock

T = TypeVar("T")
GTC = {"limit": {"tif": "Gtc"}}
USER = Account.from_key("0x" + "11" * 32)
AGENT = Account.from_key("0x" + "22" * 32)
CLOID = Cloid.from_str("0x" + "0f" * 16)


@pytest.fixture
async def venue() -> AsyncGenerator[HyperliquidStandIn]:
    stand_in = HyperliquidStandIn(SystemClock(), NoiseMarket(liveliness=0.0), tick=0.02)
    stand_in.account(USER.address)
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


async def apart(work: Callable[[], T]) -> T:
    """The official client blocks: it gets a thread."""
    return await asyncio.to_thread(work)


def client(venue: HyperliquidStandIn, wallet: Any = USER) -> Exchange:
    url = f"http://127.0.0.1:{venue.port}"
    return Exchange(wallet, url, account_address=USER.address)


async def test_the_official_client_trades(venue: HyperliquidStandIn) -> None:
    def trade() -> dict[str, Any]:
        exchange = client(venue)
        price = float(exchange.info.all_mids()["ETH"])
        return {
            "opened": exchange.market_open("ETH", is_buy=True, sz=0.1, cloid=CLOID),
            "resting": exchange.order(
                "ETH", is_buy=True, sz=0.1, limit_px=round(price * 0.9), order_type=GTC
            ),
            "levered": exchange.update_leverage(5, "ETH"),
            "state": exchange.info.user_state(USER.address),
            "open": exchange.info.open_orders(USER.address),
            "by_cloid": exchange.info.query_order_by_cloid(USER.address, CLOID),
            "fills": exchange.info.user_fills(USER.address),
            "closed": exchange.market_close("ETH"),
        }

    said = await apart(trade)
    assert said["opened"]["response"]["data"]["statuses"][0]["filled"]["totalSz"] == "0.1"
    assert "resting" in said["resting"]["response"]["data"]["statuses"][0]
    assert said["levered"] == {"status": "ok", "response": {"type": "default"}}
    assert said["state"]["assetPositions"][0]["position"]["szi"] == "0.1"
    assert len(said["open"]) == 1
    assert said["by_cloid"]["order"]["status"] == "filled"
    assert said["fills"][0]["dir"] == "Open Long"
    assert "filled" in said["closed"]["response"]["data"]["statuses"][0]


async def test_the_official_client_cancels_and_modifies(venue: HyperliquidStandIn) -> None:
    def trade() -> list[Any]:
        exchange = client(venue)
        placed = exchange.order("SOL", is_buy=True, sz=1.0, limit_px=100.0, order_type=GTC)
        oid = placed["response"]["data"]["statuses"][0]["resting"]["oid"]
        modified = exchange.modify_order(
            oid, "SOL", is_buy=True, sz=1.0, limit_px=101.0, order_type=GTC
        )
        new = modified["response"]["data"]["statuses"][0]["resting"]["oid"]
        return [oid, new, exchange.cancel("SOL", new), exchange.cancel("SOL", new)]

    old, new, cancelled, again = await apart(trade)
    assert old != new
    assert cancelled["response"]["data"]["statuses"] == ["success"]
    assert "error" in again["response"]["data"]["statuses"][0]


async def test_only_an_approved_agent_may_trade(venue: HyperliquidStandIn) -> None:
    def trade() -> Any:
        return client(venue, AGENT).order(
            "ETH", is_buy=True, sz=0.1, limit_px=2_000.0, order_type=GTC
        )

    refused = await apart(trade)
    assert refused == {
        "status": "err",
        "response": f"User or API Wallet {AGENT.address.lower()} does not exist.",
    }
    approved, key = await apart(lambda: client(venue).approve_agent("bot"))
    assert approved["status"] == "ok"
    agent = Account.from_key(key)
    taken = await apart(
        lambda: client(venue, agent).order(
            "ETH", is_buy=True, sz=0.1, limit_px=2_000.0, order_type=GTC
        )
    )
    assert taken["status"] == "ok"
    agents = await apart(lambda: client(venue).info.extra_agents(USER.address))
    assert [one["address"] for one in agents] == [agent.address.lower()]


async def test_a_schedule_needs_volume(venue: HyperliquidStandIn) -> None:
    said = await apart(lambda: client(venue).schedule_cancel(venue.now + 60_000))
    assert said["response"] == (
        "Cannot set scheduled cancel time until enough volume traded. Required: $1000000. "
        "Traded: $0.00."
    )


async def test_the_official_client_listens(venue: HyperliquidStandIn) -> None:
    heard: list[Any] = []

    def listen() -> Info:
        info = Info(f"http://127.0.0.1:{venue.port}")
        for wanted in (
            {"type": "allMids"}, {"type": "l2Book", "coin": "ETH"}, {"type": "bbo", "coin": "ETH"},
            {"type": "trades", "coin": "ETH"}, {"type": "candle", "coin": "ETH", "interval": "1m"},
            {"type": "userFills", "user": USER.address},
            {"type": "orderUpdates", "user": USER.address},
            {"type": "userEvents", "user": USER.address},
            {"type": "activeAssetCtx", "coin": "ETH"},
        ):  # fmt: skip
            info.subscribe(wanted, heard.append)
        return info

    info = await apart(listen)
    await apart(lambda: client(venue).market_open("ETH", is_buy=True, sz=0.1))
    wanted = {
        "allMids", "l2Book", "bbo", "trades", "candle", "userFills", "orderUpdates", "user",
        "activeAssetCtx",
    }  # fmt: skip
    await until(lambda: wanted <= {one["channel"] for one in heard})
    await apart(info.disconnect_websocket)


def is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def shape(value: Any) -> Any:
    """Keys and kinds; of a list those of its first item."""
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        return {key: shape(each) for key, each in fields.items()}
    if is_list(value):
        return [shape(value[0])] if len(value) else []
    return "null" if value is None else type(value).__name__


def is_table(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def lacking(ours: Any, theirs: Any, path: str = "") -> list[str]:
    """What they have and we have not, or of another kind."""
    if is_table(theirs) and is_table(ours):
        wanted, have = theirs, ours
        missing = [f"{path}.{key}" for key in wanted if key not in have]
        both = [key for key in wanted if key in have]
        deeper = [one for key in both for one in lacking(have[key], wanted[key], f"{path}.{key}")]
        return missing + deeper
    if is_list(theirs) and is_list(ours):
        return lacking(ours[0], theirs[0], f"{path}[]") if len(ours) and len(theirs) else []
    if ours == "null" or theirs == "null":
        return []
    return [] if ours == theirs else [f"{path}: {ours} for {theirs}"]


CASSETTES: dict[str, dict[str, Any]] = {
    "get_all_mids": {"type": "allMids"},
    "get_candles_snapshot": {
        "type": "candleSnapshot",
        "req": {"coin": "ETH", "interval": "1h", "startTime": 1, "endTime": 2**42},
    },
    "get_frontend_open_orders": {"type": "frontendOpenOrders", "user": USER.address},
    "get_funding_history_no_end_time": {"type": "fundingHistory", "coin": "ETH", "startTime": 1},
    "get_l2_snapshot": {"type": "l2Book", "coin": "ETH"},
    "get_open_orders": {"type": "openOrders", "user": USER.address},
    "get_user_fills": {"type": "userFills", "user": USER.address},
    "get_user_state": {"type": "clearinghouseState", "user": USER.address},
    "user_rate_limit": {"type": "userRateLimit", "user": USER.address},
    "user_role": {"type": "userRole", "user": USER.address},
    "extra_agents": {"type": "extraAgents", "user": USER.address},
}
IGNORED = {
    "get_all_mids": ".",  # other coins
    "user_role": ".data",  # of vaults
    "get_user_state": ".assetPositions[].position.maxTradeSzs",  # of 2023
}


@pytest.mark.parametrize("name", CASSETTES)
async def test_replies_have_the_recorded_shape(name: str, venue: HyperliquidStandIn) -> None:
    # given an account with a position, a fill, an agent and an order that waits
    def trade() -> None:
        exchange = client(venue)
        exchange.market_open("ETH", is_buy=True, sz=0.1, cloid=CLOID)
        stop = {"trigger": {"isMarket": True, "triggerPx": 2_000.0, "tpsl": "sl"}}
        exchange.order(
            "ETH", is_buy=False, sz=0.1, limit_px=1_900.0, order_type=stop, reduce_only=True
        )
        exchange.approve_agent("bot")

    await apart(trade)
    tape = msgspec.json.decode(recorded(f"hyperliquid/cassettes/{name}.json"))
    theirs = next(
        each["response"]["body"]
        for each in tape["interactions"]
        if each["request"]["body"]["type"] == CASSETTES[name]["type"]
    )
    ours = msgspec.json.decode(msgspec.json.encode(venue.info.answer(CASSETTES[name], venue.now)))
    assert ours
    found = lacking(shape(ours), shape(theirs))
    assert [one for one in found if not one.startswith(IGNORED.get(name, "!"))] == []


FRAMES = [
    one
    for one in msgspec.json.decode(recorded("hyperliquid/ws_frames.json"))["server_frames"]
    if one["channel"]
    in {
        "allMids",
        "trades",
        "l2Book",
        "bbo",
        "candle",
        "activeAssetCtx",
        "orderUpdates",
        "userFills",
    }
]


ELSEWHERE = ("fills[].liquidation", ".isSnapshot")
"""Of fills by force, and of the first message."""


@pytest.mark.parametrize("frame", FRAMES, ids=lambda one: f"{one['channel']}-{one['mark']}")
async def test_messages_of_streams_have_the_recorded_shape(
    frame: dict[str, Any], venue: HyperliquidStandIn
) -> None:
    wanted = {
        "type": frame["channel"], "coin": "ETH", "interval": "1m", "user": USER.address,
    }  # fmt: skip
    heard: list[Any] = []

    def listen() -> Info:
        info = Info(f"http://127.0.0.1:{venue.port}")
        info.subscribe(wanted, heard.append)
        return info

    info = await apart(listen)
    await until(lambda: any(one.keys for one in venue.stream.listeners))
    await apart(lambda: client(venue).market_open("ETH", is_buy=True, sz=0.1, cloid=CLOID))
    await until(lambda: any(one["data"] and not is_snapshot(one) for one in heard))
    await apart(info.disconnect_websocket)
    ours = next(one for one in heard if one["data"] and not is_snapshot(one))
    found = lacking(shape(ours), shape(frame["frame"]))
    assert [one for one in found if not one.endswith(ELSEWHERE) and ".mids." not in one] == []


def is_snapshot(message: dict[str, Any]) -> bool:
    return "isSnapshot" in message["data"]
