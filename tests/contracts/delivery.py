"""Relays and subscribers in threads and in processes, and what arrived."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.builders.patience import until
from tests.contracts.journals import BOT
from trimtab.adapters.nats.broker import NatsBroker
from trimtab.adapters.redis.broker import RedisBroker
from trimtab.adapters.sqlite.consumer_store import ConsumerStore
from trimtab.adapters.sqlite.cursor_store import SqliteCursor
from trimtab.adapters.sqlite.journal_reader import JournalReader
from trimtab.ports import Broker, Cursor, Subscription
from trimtab.records.channels import Channel, Message
from trimtab.records.journal_row import JournalRow
from trimtab.runtime.loop_thread import LoopThread
from trimtab.runtime.relay import Relay
from trimtab.runtime.subscribers import Subscriber

HEARD = "CREATE TABLE IF NOT EXISTS heard (event_id TEXT, seq INTEGER) STRICT"
"""Without a key: an effect that came twice would show."""


def connected(place: str, room: int | None = None) -> Broker:
    """With little patience, so that outages are short."""
    if place.startswith("nats:"):
        return NatsBroker(place, room=room or 2**28, patience=1.0)
    return RedisBroker(place, room=room or 100_000, patience=1.0)


def relay(path: Path, broker: Broker, wrapped: Callable[[Cursor], Cursor] | None = None) -> Relay:
    """The relay of the journal, with its place beside it."""

    def cursor(first: str) -> Cursor:
        one = SqliteCursor.open(f"{path}.cursors", first)
        return wrapped(one) if wrapped else one

    return Relay(JournalReader(path), broker, cursor, poll=0.05)


def subscriber(path: Path, broker: Broker, *, with_journal: bool, idle: float = 0.5) -> Subscriber:
    """Writes down what it hears."""
    effects = ConsumerStore.open(f"{path}.heard", "books", hear, HEARD)
    history = JournalReader(path) if with_journal else None
    return Subscriber(broker, history, Channel(BOT), effects, "books", idle=idle)


def hear(database: Any, rows: Sequence[JournalRow]) -> None:
    database.executemany("INSERT INTO heard VALUES (?, ?)", [(r.event_id, r.seq) for r in rows])


def heard(path: Path) -> list[int]:
    """The seqs that had their effect, in order of the effects."""
    with closing(ConsumerStore.open(f"{path}.heard", "books", hear, HEARD)) as effects:
        rows = effects.database.execute("SELECT seq FROM heard ORDER BY rowid").fetchall()
    return [int(seq) for (seq,) in rows]


def all_heard(path: Path, last: int) -> None:
    """Waits for the last effect; asserts that each was there once and in order."""
    with closing(ConsumerStore.open(f"{path}.heard", "books", hear, HEARD)) as effects:
        until(lambda: effects.cursor() >= last)
    assert heard(path) == list(range(1, last + 1))


@contextmanager
def threads(*ones: Relay | Subscriber) -> Generator[None]:
    """Each with a thread of its own."""
    running = [LoopThread(type(one).__name__, one.run) for one in ones]
    for thread in running:
        thread.start()
    try:
        yield
    finally:
        for thread in running:
            thread.stop()


@contextmanager
def process(
    role: str, path: Path, place: str, fatal: int = 0
) -> Generator[subprocess.Popen[bytes]]:
    """This module as a program: a relay or a subscriber that kills itself at the fatal moment."""
    command = [sys.executable, "-m", "tests.contracts.delivery"]
    with subprocess.Popen([*command, role, str(path), place, str(fatal)]) as one:
        try:
            yield one
        finally:
            one.kill()


class FatalCursor:
    """Keeps ports.Cursor. The process is killed between publishing and the new place."""

    def __init__(self, cursor: Cursor, fatal: int) -> None:
        self._cursor = cursor
        self._left = fatal

    def load(self) -> int:
        return self._cursor.load()

    def store(self, seq: int) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._cursor.store(seq)


class FatalBroker:
    """Keeps ports.Broker and ports.Subscription. Killed between effect and acknowledgement."""

    def __init__(self, broker: Broker, fatal: int) -> None:
        self._broker = broker
        self._left = fatal
        self._subscription: Subscription | None = None

    async def publish(self, messages: Sequence[Message]) -> None:
        await self._broker.publish(messages)

    async def subscribe(self, channel: Channel, consumer: str) -> Subscription:
        self._subscription = await self._broker.subscribe(channel, consumer)
        return self

    async def next(self, within: float) -> Message | None:
        assert self._subscription is not None
        return await self._subscription.next(within)

    async def done(self, message: Message) -> None:
        assert self._subscription is not None
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        await self._subscription.done(message)

    async def close(self) -> None:
        await self._broker.close()


def main(role: str, path: str, place: str, fatal: str) -> None:
    journal, limit = Path(path), int(fatal)
    one: Relay | Subscriber
    if role == "relay":
        one = relay(journal, connected(place), lambda cursor: FatalCursor(cursor, limit))
    else:
        with_journal = role == "subscriber"
        one = subscriber(journal, FatalBroker(connected(place), limit), with_journal=with_journal)
    with threads(one):
        signal.pause()


if __name__ == "__main__":
    main(*sys.argv[1:])
