"""A small venue on the loopback, whose every answer a test writes itself."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

import msgspec
from aiohttp import WSMsgType, web

Answer = Callable[[dict[str, Any]], object | web.Response | Awaitable[object]]


class VenueServer:
    """Answers `/info` and `/exchange` as it is told, and lets tests write to the stream."""

    def __init__(self) -> None:
        self.url = ""
        self.info: dict[str, Answer] = {}
        self.exchange: Answer = lambda _: {"status": "ok", "response": {"type": "default"}}
        self.asked: list[dict[str, Any]] = []
        self.posted: list[dict[str, Any]] = []
        self.heard: list[dict[str, Any]] = []
        """Over the stream."""
        self.sockets: list[web.WebSocketResponse] = []
        """The newest last."""
        self.answers_pings = True
        self.greeting: str | None = "Websocket connection established."

    @property
    def stream_url(self) -> str:
        return self.url.replace("http://", "ws://") + "/ws"

    async def send(self, channel: str, data: object) -> None:
        """To every client."""
        text = msgspec.json.encode({"channel": channel, "data": data}).decode()
        for socket in self.sockets:
            if not socket.closed:
                await socket.send_str(text)

    async def drop(self) -> None:
        """Closes all streams, as the venue does now and then."""
        for socket in self.sockets:
            await socket.close()

    def subscriptions(self) -> list[dict[str, Any]]:
        return [one["subscription"] for one in self.heard if one["method"] == "subscribe"]

    async def _info(self, request: web.Request) -> web.StreamResponse:
        question = await request.json()
        self.asked.append(question)
        answer = self.info.get(question["type"])
        if answer is None:
            return web.Response(status=422, text="Failed to deserialize the JSON body")
        return await _answered(answer, question)

    async def _exchange(self, request: web.Request) -> web.StreamResponse:
        envelope = await request.json()
        self.posted.append(envelope)
        return await _answered(self.exchange, envelope)

    async def _stream(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if self.greeting is not None:
            await socket.send_str(self.greeting)
        self.sockets.append(socket)
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                await self._hear(socket, msgspec.json.decode(message.data))
        return socket

    async def _hear(self, socket: web.WebSocketResponse, said: dict[str, Any]) -> None:
        self.heard.append(said)
        if said["method"] == "ping" and self.answers_pings:
            await socket.send_str('{"channel":"pong"}')
        if said["method"] == "subscribe":
            reply = {"channel": "subscriptionResponse", "data": said}
            await socket.send_str(msgspec.json.encode(reply).decode())

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/info", self._info)
        app.router.add_post("/exchange", self._exchange)
        app.router.add_get("/ws", self._stream)
        return app


async def _answered(answer: Answer, body: dict[str, Any]) -> web.StreamResponse:
    said: object = answer(body)
    if isinstance(said, Awaitable):
        said = cast("object", await said)
    if isinstance(said, web.StreamResponse):
        return said
    return web.Response(body=msgspec.json.encode(said), content_type="application/json")


@asynccontextmanager
async def venue_server() -> AsyncGenerator[VenueServer, None]:
    """On a free port; gone at the end."""
    server = VenueServer()
    runner = web.AppRunner(server.application(), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    server.url = f"http://{host}:{port}"
    try:
        yield server
    finally:
        await server.drop()
        await runner.cleanup()
