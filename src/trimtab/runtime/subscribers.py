"""Subscribers: the one right way to make something of the facts that a broker carries.

The rule: everything up to the cursor has had its effect. A message at or before it is passed by;
any other says that there is more, and all up to it is read from the journal. So whatever the broker
loses, repeats, turns round or still keeps of another journal does not matter: each fact has its
effect once, in order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import structlog

from trimtab.ports import Broker, Effects, History, Subscription
from trimtab.records.channels import EVERYTHING, Channel, Message, message_of
from trimtab.records.journal_row import JournalRow
from trimtab.runtime.row_groups import ROWS, in_groups

ATTEMPTS = 3
"""How often a row is tried before it becomes a dead letter."""

FIRST_WAIT, LONGEST_WAIT = 0.05, 2.0
"""Seconds before something that failed is tried again; doubled each time."""

IDLE = 1.0
"""Seconds without a message after which the journal is looked into: the last ones may be lost."""

_log = structlog.get_logger()


class SubscriberState(NamedTuple):
    """How far it has got, for metrics and people."""

    seq: int
    """Up to which facts have had their effect."""
    failures: int
    """Attempts that went wrong since it runs."""
    buried: int
    """Rows that became dead letters since it runs."""
    error: str
    """Why it does not get on; empty when it does."""


class Subscriber:
    """One consumer of a channel. Give each a thread of its own, see `LoopThread`."""

    def __init__(
        self,
        broker: Broker,
        history: History | None,
        channel: Channel,
        effects: Effects,
        consumer: str,
        *,
        idle: float = IDLE,
    ) -> None:
        """Without a `history` it relies on the broker: what that loses is lost here.

        `broker` becomes the subscriber's own, which closes it.
        """
        self._broker = broker
        self._history = history
        self._channel = channel
        self._effects = effects
        self._consumer = consumer
        self._idle = idle
        self._state = SubscriberState(0, 0, 0, "")

    @property
    def state(self) -> SubscriberState:
        """As it is now; may be read from any thread."""
        return self._state

    async def run(self) -> None:
        """Until it is cancelled."""
        wait = FIRST_WAIT
        try:
            while True:
                before = self._state.seq
                try:
                    await self._follow()
                except Exception as error:
                    self._failed(error)
                    wait = FIRST_WAIT if self._state.seq > before else min(2 * wait, LONGEST_WAIT)
                    await asyncio.sleep(wait)
        finally:
            await self._broker.close()

    async def _follow(self) -> None:
        await self._catch_up()  # first, so that it also gets on while the broker is away
        subscription = await self._broker.subscribe(self._channel, self._consumer)
        try:
            await self._catch_up()
            while True:
                self._recovered()
                batch = await self._batch(subscription)
                if batch:
                    await self._hear(batch)
                    await subscription.done(batch[-1])
                else:
                    await self._catch_up()
        finally:
            await subscription.close()

    async def _batch(self, subscription: Subscription) -> list[Message]:
        """What has come, in the order in which it came. No more is fetched than is dealt with."""
        message = await subscription.next(self._idle)
        batch: list[Message] = []
        while message is not None:
            batch.append(message)
            message = await subscription.next(0) if len(batch) < ROWS else None
        return batch

    async def _hear(self, batch: Sequence[Message]) -> None:
        cursor = self._effects.cursor()
        rows = {one.row.seq: one.row for one in batch if one.row.seq > cursor}
        if rows and self._history is not None:
            await self._read_on(self._history, cursor, max(rows))
        elif rows:
            await self._apply([rows[seq] for seq in sorted(rows)], max(rows))

    async def _catch_up(self) -> None:
        if self._history is not None:
            cursor = self._effects.cursor()
            self._reached(cursor)
            self._check(self._history, cursor)
            await self._read_on(self._history, cursor, None)

    def _check(self, history: History, cursor: int) -> None:
        last = history.last()
        if cursor > (last.seq if last else 0):
            raise ValueError(
                f"{self._consumer} is at {cursor}, beyond the journal's end: "
                f"it belongs to another journal: choose another place for it, or rewind it to 0"
            )

    async def _read_on(self, history: History, cursor: int, last: int | None) -> None:
        for rows in in_groups(history.read(cursor, last)):
            await self._apply(list(self._ours(rows)), rows[-1].seq)

    def _ours(self, rows: Iterable[JournalRow]) -> Iterable[JournalRow]:
        kind, channel = self._channel.type, self._channel
        for row in rows:
            if kind in (EVERYTHING, row.type) and channel.carries(message_of(channel.bot, row)):
                yield row

    async def _apply(self, rows: Sequence[JournalRow], cursor: int) -> None:
        try:
            self._effects.take(rows, cursor)
        except Exception as error:
            self._failed(error)
            for row in rows:
                await self._insist(row)
            self._effects.take((), cursor)
        self._reached(cursor)
        await asyncio.sleep(0)

    async def _insist(self, row: JournalRow) -> None:
        """The row has its effect or is buried; a store that refuses even that is tried again."""
        wait = FIRST_WAIT
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._effects.take((row,), row.seq)
            except Exception as error:
                self._failed(error)
                if attempt == ATTEMPTS:
                    self._bury(row, error)
                else:
                    await asyncio.sleep(wait)
                    wait *= 2
            else:
                break
        self._reached(row.seq)

    def _bury(self, row: JournalRow, error: Exception) -> None:
        self._effects.bury(row, f"{type(error).__name__}: {error}")
        self._state = self._state._replace(buried=self._state.buried + 1)
        _log.error("dead letter", consumer=self._consumer, seq=row.seq, error=str(error))

    def _reached(self, seq: int) -> None:
        self._state = self._state._replace(seq=seq)

    def _failed(self, error: Exception) -> None:
        if not self._state.error:
            _log.warning("a subscriber stumbled", consumer=self._consumer, error=str(error))
        state = self._state
        self._state = state._replace(failures=state.failures + 1, error=str(error))

    def _recovered(self) -> None:
        if self._state.error:
            self._state = self._state._replace(error="")
