"""A connection to NATS that is given up when anything goes wrong, and made anew when it is needed.

The client's own reconnecting is off: what it holds back and sends later could overtake what is sent
again. With one connection for each attempt, the stream holds the beginning of what was sent.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from nats.errors import Error
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from trimtab.adapters.nats.client import Client, Stream, connect
from trimtab.adapters.nats.errors import explained

STREAM = "trimtab"
DUPLICATES = 120.0
"""Seconds in which the server leaves out a message that it has already."""


class Connection:
    """At most one at a time, for the loop that uses it first."""

    def __init__(self, place: str, password: str | None, room: int, patience: float) -> None:
        """`patience`: seconds for an answer; `room`: bytes in the stream, if it is made here."""
        self.place = place
        self.patience = patience
        self._password = password
        self._room = room
        self._client: Client | None = None
        self._stream: Stream | None = None

    @property
    def largest(self) -> int:
        """Bytes that the server takes in one message, headers included."""
        return self._client.max_payload if self._client is not None else 0

    async def stream(self) -> Stream:
        """Connected, and the stream is there. Raises BrokerError."""
        if self._stream is None or self._client is None or self._client.is_closed:
            await self.drop()
            with explained(self.place):
                async with asyncio.timeout(3 * self.patience):
                    self._client = await connect(self._options())
                    stream = self._client.jetstream(timeout=self.patience)
                    await self._ensure(stream)
            self._stream = stream
        return self._stream

    async def client(self) -> Client:
        """As `stream`."""
        await self.stream()
        assert self._client is not None
        return self._client

    async def drop(self) -> None:
        """Lets go; what was sent and not acknowledged may or may not have arrived."""
        client, self._client, self._stream = self._client, None, None
        if client is not None:
            with suppress(Error, OSError, TimeoutError):
                async with asyncio.timeout(self.patience):
                    await client.close()

    async def _ensure(self, stream: Stream) -> None:
        try:
            await stream.stream_info(STREAM)
        except NotFoundError:
            await stream.add_stream(
                StreamConfig(
                    name=STREAM,
                    subjects=[f"{STREAM}.>"],
                    storage=StorageType.FILE,
                    retention=RetentionPolicy.LIMITS,
                    discard=DiscardPolicy.OLD,
                    max_bytes=self._room,
                    duplicate_window=DUPLICATES,
                )
            )

    def _options(self) -> dict[str, Any]:
        url = urlsplit(self.place)
        options: dict[str, Any] = {
            "servers": f"nats://{url.hostname}:{url.port or 4222}",
            "name": "trimtab",
            "allow_reconnect": False,
            "max_reconnect_attempts": 1,
            "reconnect_time_wait": 0.05,
            "connect_timeout": self.patience,
            "ping_interval": 5,
            "error_cb": _said_elsewhere,
        }
        if url.username:
            return {**options, "user": url.username, "password": self._password}
        return {**options, "token": self._password} if self._password else options


async def _said_elsewhere(_: Exception) -> None:
    """Errors reach whoever waits for an answer; the client would print them as well."""
