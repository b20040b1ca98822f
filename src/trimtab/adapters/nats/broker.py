"""Facts over NATS JetStream: one stream, a durable pull consumer for everyone who listens."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from functools import partial

import structlog
from nats.js.api import Header

from trimtab.adapters.nats.client import Stream
from trimtab.adapters.nats.connection import Connection
from trimtab.adapters.nats.errors import explained
from trimtab.adapters.nats.subscription import NatsSubscription
from trimtab.ports import Subscription
from trimtab.records.channels import Channel, Message, encode, subject_of

ROOM = 256 * 1024 * 1024
"""Bytes of the stream; the oldest messages give way."""

PATIENCE = 5.0
"""Seconds for an answer."""

_HEADERS = 1_024
"""Bytes that are left for headers and subject."""

_log = structlog.get_logger()


class NatsBroker:
    """Keeps ports.Broker. The stream is made if it is not there; one that is there stays as it is.

    A message that is larger than the server allows is left out: who reads the journal too finds it
    there.
    """

    def __init__(
        self,
        place: str,
        password: str | None = None,
        *,
        room: int = ROOM,
        patience: float = PATIENCE,
    ) -> None:
        """`place` is nats://[USER@]HOST:PORT; a password without a user is a token."""
        self._connected = partial(Connection, place, password, room, patience)
        self._connection = self._connected()
        self._subscriptions: dict[str, NatsSubscription] = {}

    async def publish(self, messages: Sequence[Message]) -> None:
        """All under way at once, stored in this order. Raises BrokerError."""
        try:
            stream = await self._connection.stream()
            with explained(self._connection.place):
                async with asyncio.timeout(self._connection.patience):
                    await self._acknowledged(stream, messages)
        except BaseException:
            await self._connection.drop()
            raise

    async def subscribe(self, channel: Channel, consumer: str) -> Subscription:
        """A place on a connection of its own. Raises BrokerError."""
        subscription = NatsSubscription(self._connected(), channel, consumer)
        await subscription.open()
        self._subscriptions[consumer] = subscription
        return subscription

    async def close(self) -> None:
        """Lets go of the connections."""
        for subscription in self._subscriptions.values():
            await subscription.close()
        self._subscriptions.clear()
        await self._connection.drop()

    async def _acknowledged(self, stream: Stream, messages: Sequence[Message]) -> None:
        acknowledgements = [
            await stream.publish_async(
                subject_of(message), data, headers={Header.MSG_ID: message.row.event_id}
            )
            for message, data in self._sendable(messages)
        ]
        await asyncio.gather(*acknowledgements)

    def _sendable(self, messages: Sequence[Message]) -> Iterator[tuple[Message, bytes]]:
        largest = self._connection.largest - _HEADERS
        for message in messages:
            data = encode(message)
            if len(data) <= largest:
                yield message, data
            else:
                _log.warning("larger than the broker allows, left out", seq=message.row.seq)
