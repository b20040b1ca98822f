"""One consumer's bounded queue in the in-process broker."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from threading import Lock

from trimtab.adapters.handed_out import HandedOut
from trimtab.records.channels import Channel, Message

Waiter = tuple[asyncio.AbstractEventLoop, asyncio.Event]


class Place:
    """Keeps ports.Subscription, for one loop at a time; `offer` may be called from any thread."""

    def __init__(self, channel: Channel, room: int) -> None:
        self.channel = channel
        self.dropped = 0
        """Messages for which there was no room."""
        self._room = room
        self._waiting: deque[Message] = deque()
        self._handed = HandedOut[Message]()
        """Those that are not done yet: they count against the room too."""
        self._waiter: Waiter | None = None
        self._lock = Lock()

    def offer(self, messages: Sequence[Message]) -> None:
        """Takes what belongs to the channel; the oldest give way."""
        with self._lock:
            self._waiting.extend(filter(self.channel.carries, messages))
            while self._waiting and len(self._waiting) + len(self._handed) > self._room:
                self._waiting.popleft()
                self.dropped += 1
            if self._waiter is not None and self._waiting:
                _wake(self._waiter)
                self._waiter = None

    def open(self) -> None:
        """What was handed out and is not done comes once more."""
        with self._lock:
            self._waiting.extendleft(reversed(self._handed.receipts()))
            self._handed.clear()

    async def next(self, within: float) -> Message | None:
        """The next message, or None after so many seconds."""
        if (message := self._drawn()) is not None:
            return message
        if within > 0 and await self._is_told(within):
            return self._drawn()
        return None

    async def done(self, message: Message) -> None:
        """It and all before it need not come again."""
        with self._lock:
            self._handed.through(message)

    async def close(self) -> None:
        """The place is kept, and fills."""

    def _drawn(self) -> Message | None:
        with self._lock:
            if not self._waiting:
                return None
            message = self._waiting.popleft()
            self._handed.add(message, message)
            return message

    async def _is_told(self, within: float) -> bool:
        waiter = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            if self._waiting:
                return True
            self._waiter = waiter
        try:
            async with asyncio.timeout(within):
                return await waiter[1].wait()
        except TimeoutError:
            return False


def _wake(waiter: Waiter) -> None:
    loop, event = waiter
    if not loop.is_closed():
        loop.call_soon_threadsafe(event.set)
