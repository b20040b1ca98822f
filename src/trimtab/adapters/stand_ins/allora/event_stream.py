"""The stand-in's Tendermint WebSocket: subscriptions, and a frame for every block with news."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import cast

import msgspec
from aiohttp import WSMsgType, web

from trimtab.adapters.stand_ins.allora import chain_replies
from trimtab.adapters.stand_ins.allora.chain import Made

_QUERY = re.compile(r"emissions\.(v\d+)\.(\w+)\.topic_id (?:EXISTS|CONTAINS '(\d+)')")

Query = tuple[object, str]
"""The subscription's id and its words."""


class EventStream:
    """All connections of a stand-in."""

    def __init__(self) -> None:
        self._subscribed: dict[web.WebSocketResponse, list[Query]] = {}
        self.connections = 0
        """So many there have been."""

    @property
    def subscriptions(self) -> list[str]:
        """The queries of all who listen now."""
        return [words for queries in self._subscribed.values() for _, words in queries]

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._subscribed[socket] = []
        self.connections += 1
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._hear(socket, message.data)
        finally:
            self._subscribed.pop(socket, None)
        return socket

    async def announce(self, made: Made, height: int, version: str) -> None:
        """To whoever subscribed to this topic in this version."""
        event = chain_replies.event(made, version)
        for socket, queries in list(self._subscribed.items()):
            for number, words in queries:
                if _is_asked_for(words, event, made.topic.topic_id):
                    told = chain_replies.frame(number, words, height, [event])
                    with suppress(ConnectionError):
                        await socket.send_str(msgspec.json.encode(told).decode())

    async def drop(self) -> None:
        """Closes all connections, as a node that is restarted."""
        for socket in list(self._subscribed):
            await socket.close()

    async def _hear(self, socket: web.WebSocketResponse, text: str) -> None:
        said = cast("dict[str, object]", msgspec.json.decode(text))
        params = cast("dict[str, str]", said.get("params") or {})
        number, words = said.get("id"), params.get("query", "")
        if said.get("method") == "subscribe":
            self._subscribed[socket].append((number, words))
        else:
            self._subscribed[socket] = [one for one in self._subscribed[socket] if one[1] != words]
        await socket.send_json({"jsonrpc": "2.0", "id": number, "result": {}})


def _is_asked_for(words: str, event: dict[str, object], topic_id: int) -> bool:
    found = _QUERY.search(words)
    if found is None:
        return False
    version, name, only = found.groups()
    return event["type"] == f"emissions.{version}.{name}" and only in {None, str(topic_id)}
