"""The part of the Redis client that is used here, with types that checkers know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

Fields = dict[bytes, bytes]
Entry = tuple[bytes, Fields | None]
"""The id in the stream, and what it holds; nothing if it was trimmed away."""


class Pipeline(Protocol):
    """Commands that are carried out together or not at all."""

    def xadd(
        self, name: str, fields: dict[str, str | bytes], *, maxlen: int, approximate: bool
    ) -> object: ...
    async def execute(self) -> list[Any]: ...


class Client(Protocol):
    """A server, whether connected or not: it connects when it is asked something."""

    def pipeline(self, *, transaction: bool) -> Pipeline: ...
    async def xgroup_create(self, name: str, groupname: str, id: str, *, mkstream: bool) -> Any: ...  # noqa: A002 - the library's name
    async def xreadgroup(
        self,
        groupname: str,
        consumername: str,
        streams: dict[str, str | bytes],
        *,
        count: int,
        block: int | None,
    ) -> dict[bytes, list[Entry]]: ...
    async def xack(self, name: str, groupname: str, *ids: bytes) -> int: ...
    async def ping(self) -> Any: ...
    async def aclose(self) -> None: ...


def client_of(place: str, password: str | None, patience: float) -> Client:
    """`place` is redis://[USER@]HOST[:PORT][/DATABASE]; `patience`: seconds for an answer.

    It never tries again by itself: who uses it does, and knows what may be repeated.
    """
    url = urlsplit(place)
    one: Any = redis.asyncio.Redis(
        host=url.hostname or "127.0.0.1",
        port=url.port or 6379,
        db=int(url.path.strip("/") or 0),
        username=url.username,
        password=password,
        socket_timeout=patience,
        socket_connect_timeout=patience,
        retry=Retry(NoBackoff(), 0),
        legacy_responses=False,
    )
    return cast("Client", one)


def entries(reply: dict[bytes, list[Entry]]) -> Sequence[Entry]:
    """Of the one stream that was read."""
    return [entry for found in reply.values() for entry in found]
