"""`/ws`: snapshot, then every change, from the server to the page only. Plain ASGI.

A message is encoded once and the same text goes to all. A client that does not keep up has its
queue dropped and gets `resync` and a fresh snapshot; one that takes nothing at all is let go.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress

from litestar.types import Receive, Send

QUEUE = 64
"""Messages that may wait for one client."""

STALLED = 5.0
"""Seconds after which a client that takes nothing is let go."""

CLIENTS = 1024
"""Connections at a time."""

UNWANTED, TRY_LATER = 1008, 1013
"""WebSocket close codes: a client that talks; too many clients."""


class Client:
    """One page: its queue, and whether it has fallen behind."""

    def __init__(self, snapshot: str) -> None:
        self._queue = deque((snapshot,))
        self._something = asyncio.Event()
        self._something.set()
        self._behind = False

    def offer(self, message: str) -> bool:
        """Queues a message; False where the client just fell behind and lost its queue."""
        if self._behind:
            return True
        self._behind = len(self._queue) >= QUEUE
        if self._behind:
            self._queue.clear()
        else:
            self._queue.append(message)
        self._something.set()
        return not self._behind

    async def pump(self, manager: WebSocketManager, send: Callable[[str], Awaitable[None]]) -> None:
        """Sends what is queued until the client is gone or stalled (TimeoutError)."""
        while True:
            await self._something.wait()
            self._something.clear()
            while self._behind or self._queue:
                behind = self._behind  # it may fall behind while this one is sent
                text = manager.resync() if behind else self._queue.popleft()
                async with asyncio.timeout(STALLED):
                    await send(text)
                if behind:
                    self._behind = False
                    self._queue.append(manager.snapshot())


class WebSocketManager:
    """Every open page, and what each still has to be sent."""

    def __init__(self, snapshot: Callable[[], str], resync: Callable[[], str]) -> None:
        self.snapshot = snapshot
        self.resync = resync
        self._clients: set[Client] = set()
        self.sent = 0
        """Messages given to clients."""
        self.resyncs = 0
        """How often a client was too slow."""

    @property
    def clients(self) -> int:
        """Open connections."""
        return len(self._clients)

    def broadcast(self, message: str) -> None:
        """Gives one message to all; takes microseconds a client, waits for none."""
        for client in self._clients:
            self.resyncs += not client.offer(message)
        self.sent += len(self._clients)

    async def __call__(self, receive: Receive, send: Send) -> None:
        """One connection, from its handshake to its end; the rest of an ASGI handler."""
        await receive()  # websocket.connect
        await send({"type": "websocket.accept", "subprotocol": None, "headers": []})
        if len(self._clients) >= CLIENTS:
            await _close(send, TRY_LATER, "too many pages are open")
            return
        client = Client(self.snapshot())
        self._clients.add(client)
        try:
            await self._serve(client, receive, send)
        finally:
            self._clients.discard(client)

    async def _serve(self, client: Client, receive: Receive, send: Send) -> None:
        """Ends when the page goes, talks, or takes nothing for too long."""

        async def send_text(text: str) -> None:
            await send({"type": "websocket.send", "text": text, "bytes": None})

        pump = asyncio.create_task(client.pump(self, send_text))
        heard = asyncio.create_task(_heard(receive))
        await asyncio.wait({pump, heard}, return_when=asyncio.FIRST_COMPLETED)
        if heard.done() and heard.result() == "websocket.receive":
            await _close(send, UNWANTED, "this socket only talks from server to page")
        heard.cancel()
        pump.cancel()
        with suppress(asyncio.CancelledError, TimeoutError):
            await pump


async def _heard(receive: Receive) -> str:
    return str((await receive())["type"])


async def _close(send: Send, code: int, reason: str) -> None:
    await send({"type": "websocket.close", "code": code, "reason": reason})
