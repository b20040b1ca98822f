"""The broker within the process: bounded queues, no server. Nothing of it outlives the process."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

from trimtab.adapters.memory.place import Place
from trimtab.ports import Subscription
from trimtab.records.channels import Channel, Message

ROOM = 10_000
"""Messages that wait for one consumer; the oldest give way."""


class MemoryBroker:
    """Keeps ports.Broker. May be used from several threads, each with a loop of its own."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._places: dict[str, Place] = {}
        self._lock = Lock()

    async def publish(self, messages: Sequence[Message]) -> None:
        """Never waits: a consumer that is slow loses its oldest messages and sees the gap."""
        with self._lock:
            places = list(self._places.values())
        for place in places:
            place.offer(messages)

    async def subscribe(self, channel: Channel, consumer: str) -> Subscription:
        """Goes on where this consumer was; what it had not done comes again first."""
        with self._lock:
            place = self._places.get(consumer)
            if place is None or place.channel != channel:
                place = self._places[consumer] = Place(channel, self._room)
        place.open()
        return place

    async def close(self) -> None:
        """There is no connection: those who share the broker go on."""
