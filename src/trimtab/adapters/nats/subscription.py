"""One consumer's place in the stream."""

from __future__ import annotations

import time
from typing import NamedTuple

from msgspec import json
from nats.errors import TimeoutError as NothingCameError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from trimtab.adapters.handed_out import HandedOut
from trimtab.adapters.nats.client import Inbox, Incoming, Stream
from trimtab.adapters.nats.connection import STREAM, Connection
from trimtab.adapters.nats.errors import explained
from trimtab.ports import BrokerError
from trimtab.records.channels import Channel, Message, decode, token

BATCH = 256
"""Messages asked for at once: what waits here at most."""

PENDING = 1_024
"""Messages that may be under way and not done; then the server waits."""

ASKING = 5.0
"""Seconds that a question for messages stays open; a place that is gone shows after that."""

DAY = 86_400.0


class Question(NamedTuple):
    """What the server was asked for and has not sent yet."""

    messages: int
    until: float
    """On the monotonic clock."""


class NatsSubscription:
    """Keeps ports.Subscription. After an error the next call begins anew after what was done."""

    def __init__(self, connection: Connection, channel: Channel, consumer: str) -> None:
        self._connection = connection
        self._channel = channel
        self._durable = token(consumer)
        self._inbox: Inbox | None = None
        self._question = Question(0, 0.0)
        self._handed = HandedOut[Incoming]()

    async def open(self) -> None:
        """Raises BrokerError."""
        try:
            await self._opened()
        except BrokerError:
            await self._lost()
            raise

    async def next(self, within: float) -> Message | None:
        """The next message, or None after so many seconds. Raises BrokerError."""
        try:
            return await self._next(await self._opened(), within)
        except BrokerError:
            await self._lost()
            raise

    async def done(self, message: Message) -> None:
        """It and all before it need not come again. Raises BrokerError."""
        receipts = self._handed.through(message)
        if receipts:
            try:
                with explained(self._connection.place):
                    await receipts[-1].ack()
            except BrokerError:
                await self._lost()
                raise

    async def close(self) -> None:
        """Goes away; the place is kept by the server."""
        await self._lost()

    async def _next(self, inbox: Inbox, within: float) -> Message | None:
        until = time.monotonic() + within
        while True:
            await self._ask(inbox)
            left = min(until, self._question.until) - time.monotonic()
            if left <= 0 and not inbox.pending_msgs:
                if time.monotonic() >= until:
                    return None
                continue
            with explained(self._connection.place):
                try:
                    message = self._taken(await inbox.next_msg(timeout=max(left, 0.1)))
                except NothingCameError:
                    message = None
            if message is not None:
                return message

    async def _ask(self, inbox: Inbox) -> None:
        now = time.monotonic()
        if self._question.messages > 0 and now < self._question.until:
            return
        self._question = Question(BATCH, now + ASKING)
        client = await self._connection.client()
        with explained(self._connection.place):
            await client.publish(
                f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.{self._durable}",
                json.encode({"batch": BATCH, "expires": int((ASKING - 0.1) * 1e9)}),
                reply=inbox.subject,
            )

    def _taken(self, message: Incoming) -> Message | None:
        status = (message.headers or {}).get("Status")
        if status == "503":
            raise BrokerError(f"{self._connection.place}: the place is gone: it is made again")
        if status is not None:  # the question was too old, or there is nothing
            self._question = Question(0, 0.0)
            return None
        self._question = self._question._replace(messages=self._question.messages - 1)
        one = decode(message.subject, message.data)
        self._handed.add(one, message)
        return one

    async def _opened(self) -> Inbox:
        if self._inbox is None:
            stream = await self._connection.stream()
            client = await self._connection.client()
            with explained(self._connection.place):
                await self._place(stream)
                self._inbox = await client.subscribe(client.new_inbox())
            self._question = Question(0, 0.0)
            self._handed.clear()
        return self._inbox

    async def _place(self, stream: Stream) -> None:
        """Made anew each time: so what was not done comes at once, before what is newer."""
        config = ConsumerConfig(
            durable_name=self._durable,
            filter_subject=self._channel.subject,
            deliver_policy=DeliverPolicy.ALL,
            ack_policy=AckPolicy.ALL,
            ack_wait=DAY,
            max_ack_pending=PENDING,
        )
        try:
            known = await stream.consumer_info(STREAM, self._durable)
            done = known.ack_floor.stream_seq if known.ack_floor else 0
            config.deliver_policy = DeliverPolicy.BY_START_SEQUENCE
            config.opt_start_seq = done + 1
            await stream.delete_consumer(STREAM, self._durable)
        except NotFoundError:
            pass
        await stream.add_consumer(STREAM, config)

    async def _lost(self) -> None:
        self._inbox = None
        await self._connection.drop()
