"""The part of the NATS client that is used here, with types that checkers know."""

from __future__ import annotations

from asyncio import Future
from typing import Any, Protocol, cast

import nats
from nats.js.api import ConsumerConfig, ConsumerInfo, StreamConfig


class Incoming(Protocol):
    """A message, or a status of the server."""

    subject: str
    data: bytes

    @property
    def headers(self) -> dict[str, str] | None: ...
    async def ack(self) -> None: ...


class Inbox(Protocol):
    """Where messages arrive."""

    @property
    def subject(self) -> str: ...
    @property
    def pending_msgs(self) -> int: ...
    async def next_msg(self, timeout: float) -> Incoming: ...  # noqa: ASYNC109 - the library's


class Stream(Protocol):
    """JetStream."""

    async def stream_info(self, name: str) -> object: ...
    async def add_stream(self, config: StreamConfig) -> object: ...
    async def publish_async(
        self, subject: str, payload: bytes, *, headers: dict[str, str]
    ) -> Future[Any]: ...
    async def consumer_info(self, stream: str, consumer: str) -> ConsumerInfo: ...
    async def delete_consumer(self, stream: str, consumer: str) -> bool: ...
    async def add_consumer(self, stream: str, config: ConsumerConfig) -> object: ...


class Client(Protocol):
    """One connection."""

    @property
    def is_closed(self) -> bool: ...
    @property
    def max_payload(self) -> int: ...
    def jetstream(self, *, timeout: float) -> Stream: ...
    def new_inbox(self) -> str: ...
    async def publish(self, subject: str, payload: bytes, reply: str) -> None: ...
    async def subscribe(self, subject: str) -> Inbox: ...
    async def close(self) -> None: ...


async def connect(options: dict[str, Any]) -> Client:
    """Raises nats.errors.Error, OSError or TimeoutError."""
    return cast("Client", await cast("Any", nats).connect(**options))
