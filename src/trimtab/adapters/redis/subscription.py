"""One consumer's place in a bot's stream."""

from __future__ import annotations

import asyncio
import time
from collections import deque

from redis.exceptions import ResponseError

from trimtab.adapters.handed_out import HandedOut
from trimtab.adapters.redis.client import Client, Entry, entries
from trimtab.adapters.redis.errors import explained
from trimtab.ports import BrokerError
from trimtab.records.channels import Channel, Message, decode, token

BATCH = 256
"""Messages asked for at once: what waits here at most."""

PENDING = 1_024
"""Messages that may be handed out and not done; then no more are fetched."""

NEW, FIRST = b">", b"0"
"""Places of XREADGROUP: what nobody was given yet; all that we were given and is not done."""

_US = "trimtab"
"""The one member of each group: what a process that was killed had not done is still ours."""


def stream_of(bot: str) -> str:
    """The key of a bot's stream."""
    return f"trimtab.{token(bot)}"


class RedisSubscription:
    """Keeps ports.Subscription. After an error the next call begins anew after what was done."""

    def __init__(
        self, client: Client, place: str, channel: Channel, consumer: str, block: float
    ) -> None:
        """`block`: seconds that one question may take."""
        self._client = client
        self._place = place
        self._channel = channel
        self._stream = stream_of(channel.bot)
        self._group = token(consumer)
        self._block = block
        self._is_open = False
        self._after = FIRST
        self._fetched: deque[tuple[Message, bytes]] = deque()
        self._handed = HandedOut[bytes]()

    async def open(self) -> None:
        """Raises BrokerError."""
        with explained(self._place):
            try:
                await self._client.xgroup_create(self._stream, self._group, "0", mkstream=True)
            except ResponseError as error:
                if not str(error).startswith("BUSYGROUP"):
                    raise
        self._after = FIRST
        self._fetched.clear()
        self._handed.clear()
        self._is_open = True

    async def next(self, within: float) -> Message | None:
        """The next message, or None after so many seconds. Raises BrokerError."""
        until = time.monotonic() + within
        while not self._fetched:
            left = until - time.monotonic()
            if left <= 0:
                return None
            await self._fetch(left)
        message, entry_id = self._fetched.popleft()
        self._handed.add(message, entry_id)
        return message

    async def done(self, message: Message) -> None:
        """It and all before it need not come again. Raises BrokerError."""
        await self._acknowledge(self._handed.through(message))

    async def close(self) -> None:
        """Goes away; the place is kept by the server."""
        self._is_open = False

    async def _fetch(self, within: float) -> None:
        if len(self._handed) >= PENDING:
            await asyncio.sleep(within)
            return
        try:
            if not self._is_open:
                await self.open()
            await self._sort(await self._read(within))
        except BrokerError:
            self._is_open = False
            raise

    async def _read(self, within: float) -> list[Entry]:
        block = max(1, int(min(within, self._block) * 1_000))
        with explained(self._place):
            reply = await self._client.xreadgroup(
                self._group, _US, {self._stream: self._after}, count=BATCH, block=block
            )
        return list(entries(reply))

    async def _sort(self, found: list[Entry]) -> None:
        """What belongs to the channel waits to be handed out, the rest is done."""
        if self._after != NEW:
            self._after = found[-1][0] if found else NEW
        others: list[bytes] = []
        for entry_id, fields in found:
            with explained(self._place):
                message = decode(fields[b"subject"].decode(), fields[b"row"]) if fields else None
            if message is not None and self._channel.carries(message):
                self._fetched.append((message, entry_id))
            else:
                others.append(entry_id)
        await self._acknowledge(others)

    async def _acknowledge(self, receipts: list[bytes]) -> None:
        if receipts:
            with explained(self._place):
                await self._client.xack(self._stream, self._group, *receipts)
