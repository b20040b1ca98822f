"""The venue's WebSocket: who listens to what, and what they are told."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec
from aiohttp import WSMsgType, web

from trimtab.adapters.stand_ins.hyperliquid.account import Account
from trimtab.adapters.stand_ins.hyperliquid.faults import Chances, Faults
from trimtab.adapters.stand_ins.hyperliquid.info import LENGTHS, Info, Unknown
from trimtab.adapters.stand_ins.hyperliquid.replies import text
from trimtab.adapters.stand_ins.hyperliquid.venue import Venue

IDLE = 60.0
"""Seconds after which who says nothing is dropped."""
GREETING = "Websocket connection established."

Key = tuple[str, str, str]
"""Subscription, coin or user, interval."""
_MARKET = frozenset({"trades", "l2Book", "bbo", "candle", "activeAssetCtx", "allMids"})
_NOT_BY_THE_USER = frozenset({"reduceOnlyCanceled", "siblingFilledCanceled", "scheduledCancel"})
_USERS = frozenset({"orderUpdates", "userEvents", "userFills", "userFundings"})


class Listener:
    """One connection."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self.socket = socket
        self.keys: set[Key] = set()

    async def send(self, channel: str, data: object) -> None:
        body: dict[str, object] = {"channel": channel}
        if data is not None:
            body["data"] = data
        with suppress(ConnectionError, RuntimeError):
            await self.socket.send_str(msgspec.json.encode(body).decode())


class Stream:
    """All connections. `publish` is called after each tick, with what the venue told meanwhile."""

    def __init__(self, venue: Venue, info: Info, faults: Faults, chances: Chances) -> None:
        self._venue = venue
        self._info = info
        self._faults = faults
        self._chances = chances
        self.listeners: set[Listener] = set()
        self._told: list[tuple[str, Account, dict[str, Any]]] = []
        self.post: Callable[[str, dict[str, Any]], object] = lambda _kind, _payload: None
        """What answers requests that come over the stream."""
        self.idle = IDLE

    def tell(self, kind: str, account: Account, message: dict[str, Any]) -> None:
        """Kept until the next `publish`."""
        self._told.append((kind, account, message))

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(receive_timeout=self.idle, autoping=True)
        await socket.prepare(request)
        await socket.send_str(GREETING)
        listener = Listener(socket)
        self.listeners.add(listener)
        try:
            with suppress(TimeoutError):
                while (message := await socket.receive()).type is WSMsgType.TEXT:
                    await self._hear(listener, message.data)
        finally:
            self.listeners.discard(listener)
            await socket.close()
        return socket

    async def drop(self) -> None:
        """Closes all connections, as happens now and then."""
        for one in list(self.listeners):
            await one.socket.close()

    async def publish(self, at: int) -> None:
        """What happened to accounts, and where the markets are."""
        told, self._told = self._told, []
        if self._faults.silent:
            return
        for one in list(self.listeners):
            await self._publish_accounts(one, told)
            for key in sorted(one.keys):
                if key[0] in _MARKET:
                    await self._market(one, key, at)

    async def _publish_accounts(
        self, one: Listener, told: list[tuple[str, Account, dict[str, Any]]]
    ) -> None:
        for name, user, _ in sorted(one.keys):
            if name not in _USERS:
                continue
            mine = [(kind, said) for kind, account, said in told if account.address == user]
            updates = [said for kind, said in mine if kind == "order"]
            fills = self._disturbed([said for kind, said in mine if kind == "fill"])
            fundings = [said for kind, said in mine if kind == "funding"]
            if name == "orderUpdates" and updates:
                await one.send("orderUpdates", updates)
            if name == "userFills" and fills:
                await one.send("userFills", {"user": user, "fills": fills})
            if name == "userEvents" and fills:
                await one.send("user", {"fills": fills})
            if name == "userEvents":
                for event in _events(updates, fundings):
                    await one.send("user", event)

    def _disturbed(self, fills: list[dict[str, Any]]) -> list[dict[str, Any]]:
        kept = [one for one in fills if not self._chances.happens(self._faults.fills_late)]
        again = [one for one in kept if self._chances.happens(self._faults.repeats)]
        told = [*kept, *again]
        return told[::-1] if self._chances.happens(self._faults.unordered) else told

    async def _market(self, one: Listener, key: Key, at: int) -> None:
        name, coin, interval = key
        match name:
            case "allMids":
                mids = {each: f"{price:f}" for each, price in self._venue.mids(at).items()}
                await one.send(name, {"mids": mids})
            case "l2Book":
                await one.send(name, self._info.book(coin, at))
            case "bbo":
                bid, ask = self._venue.touch(coin, at)
                top = [{"px": text(price), "sz": "1.0", "n": 1} for price in (bid, ask)]
                await one.send(name, {"coin": coin, "time": at, "bbo": top})
            case "candle":
                await one.send(name, self._info.candle(coin, interval, at))
            case "activeAssetCtx":
                context = self._info.context(self._venue.coins[coin], at)
                await one.send(name, {"coin": coin, "ctx": context})
            case _:
                trade = {
                    "coin": coin, "side": "B", "px": text(self._venue.mid(coin, at)), "sz": "0.1",
                    "time": at, "hash": "0x" + "0" * 64, "tid": at, "users": ["0x", "0x"],
                }  # fmt: skip
                await one.send("trades", [trade])

    async def _hear(self, one: Listener, said: str) -> None:
        try:
            message: dict[str, Any] = msgspec.json.decode(said)
            method = message["method"]
        except (msgspec.DecodeError, KeyError, TypeError):
            await one.send("error", f"Error parsing JSON into valid websocket request: {said}")
            return
        match method:
            case "ping":
                await one.send("pong", None)
            case "subscribe" | "unsubscribe":
                await self._subscribe(one, method, message.get("subscription") or {})
            case "post":
                await self._post(one, message)
            case _:
                await one.send("error", f"Error parsing JSON into valid websocket request: {said}")

    async def _subscribe(self, one: Listener, method: str, wanted: dict[str, Any]) -> None:
        key = self._key(wanted)
        if key is None:
            await one.send("error", f"Invalid subscription {msgspec.json.encode(wanted).decode()}")
            return
        if (key in one.keys) == (method == "subscribe"):
            await one.send("error", f"Already {method}d: {msgspec.json.encode(wanted).decode()}")
            return
        (one.keys.add if method == "subscribe" else one.keys.discard)(key)
        await one.send("subscriptionResponse", {"method": method, "subscription": wanted})
        if method == "subscribe" and key[0] == "userFills":
            account = self._venue.accounts.get(key[1])
            fills = account.fills[-2_000:] if account else []
            await one.send("userFills", {"user": key[1], "fills": fills[::-1], "isSnapshot": True})

    def _key(self, wanted: dict[str, Any]) -> Key | None:
        name = str(wanted.get("type"))
        if name in _USERS:
            return name, str(wanted.get("user", "")).lower(), ""
        if name not in _MARKET:
            return None
        coin, interval = str(wanted.get("coin", "")), str(wanted.get("interval", ""))
        if name == "allMids":
            return name, "", ""
        if coin not in self._venue.coins or (name == "candle" and interval not in LENGTHS):
            return None
        return name, coin, interval if name == "candle" else ""

    async def _post(self, one: Listener, message: dict[str, Any]) -> None:
        number = message.get("id", 0)
        try:
            response = self._answered(message["request"])
        except (Unknown, KeyError, IndexError, TypeError, ValueError, AttributeError):
            response = {"type": "error", "payload": "422 Unprocessable Entity"}
        await one.send("post", {"id": number, "response": response})

    def _answered(self, request: dict[str, Any]) -> dict[str, object]:
        payload = self.post(request["type"], request["payload"])
        if request["type"] == "info":
            payload = {"type": request["payload"]["type"], "data": payload}
        return {"type": request["type"], "payload": payload}


def _events(updates: list[dict[str, Any]], fundings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of funding, and of orders that the venue took away by itself."""
    taken = [
        {"coin": said["order"]["coin"], "oid": said["order"]["oid"]}
        for said in updates
        if said["status"] in _NOT_BY_THE_USER
    ]
    events: list[dict[str, Any]] = [{"funding": each} for each in fundings]
    return [*events, {"nonUserCancel": taken}] if taken else events
