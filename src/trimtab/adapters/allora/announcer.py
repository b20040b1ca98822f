"""Listens to the chain's events: which topic has something new. What it is, the source is asked.

A message only says that there is more, so nothing is lost with a connection: when one is made anew,
all topics are asked for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout, ClientWebSocketResponse, WSMsgType
from msgspec import Struct

from trimtab.adapters.allora.block_events import SUBSCRIBABLE, announcements, frame_of, query
from trimtab.adapters.allora.errors import AlloraError, RefusedError

_CONNECTING = ClientTimeout(total=None, sock_connect=10.0)
_LARGEST = 8_000_000
"""Bytes of a frame: a block with many events has a few hundred thousand."""


class Calling(Struct, frozen=True):
    """Of connections, in seconds."""

    heartbeat: float = 20.0
    """Between pings: a connection that does not answer is dead."""
    first_pause: float = 1.0
    """Before another attempt; twice as long after each failure."""
    longest_pause: float = 60.0


class Announcer:
    """One connection at a time; `run` goes on until it is cancelled."""

    def __init__(
        self,
        url: str,
        wake: Callable[[int | None], object],
        chance: Callable[[], float],
        calling: Calling | None = None,
    ) -> None:
        """`wake`: called with a topic's number, or with None for all."""
        self._url = url
        self._wake = wake
        self._chance = chance
        self._calling = calling or Calling()
        self._failures = 0
        self.problem = ""
        """Why it is not connected; empty while it is."""

    async def run(self) -> None:
        async with ClientSession(timeout=_CONNECTING) as session:
            while True:
                self.problem = await self._one_connection(session)
                await asyncio.sleep(self._before_the_next())

    async def _one_connection(self, session: ClientSession) -> str:
        """Why it ended."""
        try:
            async with session.ws_connect(
                self._url, heartbeat=self._calling.heartbeat, max_msg_size=_LARGEST
            ) as socket:
                await _subscribe(socket)
                self.problem = ""
                self._wake(None)
                async for message in socket:
                    if message.type is WSMsgType.TEXT:
                        self._take(message.data)
                return f"{self._url}: closed (code {socket.close_code})"
        except (ClientError, OSError, TimeoutError, AlloraError) as error:
            return f"{self._url}: {error or type(error).__name__}"

    def _take(self, text: str) -> None:
        frame = frame_of(text)
        if frame.error is not None:
            raise RefusedError(f"refused: {frame.error.message} {frame.error.data}".rstrip())
        self._failures = 0
        for one in announcements(frame):
            self._wake(one.topic_id)

    def _before_the_next(self) -> float:
        pause = self._calling.first_pause * 2.0 ** min(self._failures, 10)
        self._failures += 1
        return min(pause, self._calling.longest_pause) * (1.0 + self._chance() / 2.0)


async def _subscribe(socket: ClientWebSocketResponse) -> None:
    """To both versions' events of all topics: nodes allow five subscriptions to a client."""
    for version, event in SUBSCRIBABLE:
        request = {
            "jsonrpc": "2.0",
            "method": "subscribe",
            "id": version,
            "params": {"query": query(version, event)},
        }
        await socket.send_str(msgspec.json.encode(request).decode())
