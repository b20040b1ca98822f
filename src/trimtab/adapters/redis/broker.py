"""Facts over Redis Streams: a stream for each bot, a group for everyone who listens."""

from __future__ import annotations

from collections.abc import Sequence

from trimtab.adapters.redis.client import client_of
from trimtab.adapters.redis.errors import explained
from trimtab.adapters.redis.subscription import RedisSubscription, stream_of
from trimtab.ports import Subscription
from trimtab.records.channels import Channel, Message, encode, subject_of

ROOM = 100_000
"""Messages in one bot's stream, about; the oldest give way."""

PATIENCE = 5.0
"""Seconds for an answer."""


class RedisBroker:
    """Keeps ports.Broker. What the server forgets when it is killed is read from the journal."""

    def __init__(
        self,
        place: str,
        password: str | None = None,
        *,
        room: int = ROOM,
        patience: float = PATIENCE,
    ) -> None:
        """`place` is redis://[USER@]HOST[:PORT][/DATABASE]."""
        self._place = place
        self._room = room
        self._patience = patience
        with explained(place):
            self._client = client_of(place, password, patience)

    async def publish(self, messages: Sequence[Message]) -> None:
        """All in one transaction, in this order. Raises BrokerError."""
        pipeline = self._client.pipeline(transaction=True)
        for message in messages:
            fields: dict[str, str | bytes] = {
                "id": message.row.event_id,
                "subject": subject_of(message),
                "row": encode(message),
            }
            pipeline.xadd(stream_of(message.bot), fields, maxlen=self._room, approximate=True)
        with explained(self._place):
            await pipeline.execute()

    async def subscribe(self, channel: Channel, consumer: str) -> Subscription:
        """Raises BrokerError."""
        subscription = RedisSubscription(
            self._client, self._place, channel, consumer, self._patience / 2
        )
        await subscription.open()
        return subscription

    async def close(self) -> None:
        """Lets go of the connections."""
        with explained(self._place):
            await self._client.aclose()
