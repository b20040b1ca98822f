"""Relay: carries the journal to a broker. The journal is the outbox: nothing can get lost between.

It reads after its stored place, publishes, waits for the acknowledgement and stores its new place.
Whatever is killed in between is sent again: each fact arrives at least once. It never meets the
engine, which only tells it that there is something new; a broker that is away makes it wait and
try again, for ever.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple

import structlog
from msgspec import Struct, json

from trimtab.domain.units import Micros
from trimtab.ports import Broker, CompanionState, Cursor, History, Recorded
from trimtab.records.channels import message_of
from trimtab.records.journal_row import JournalRow
from trimtab.runtime.row_groups import in_groups

FIRST_WAIT, LONGEST_WAIT = 0.05, 2.0
"""Seconds before a broker that failed is tried again; doubled each time."""

POLL = 0.25
"""Seconds between looks into the journal, for facts that another process writes."""

Cursors = Callable[[str], Cursor]
"""Gives the place in the journal that begins with the fact of this event id."""

_log = structlog.get_logger()


class RelayState(NamedTuple):
    """How far the broker has got, for metrics and people."""

    seq: int
    """Up to which the broker has acknowledged."""
    newest: int
    """The last durable seq that is known here."""
    waiting_since: Micros | None
    """When the oldest fact that is not acknowledged was recorded (UTC); None: all are."""
    error: str
    """Why it does not get on; empty when it does."""

    @property
    def behind(self) -> int:
        """Facts that the broker does not have yet."""
        return max(0, self.newest - self.seq)


class Relay:
    """Keeps ports.Audience and ports.Companion: `publish` wakes it, from any thread."""

    def __init__(
        self, history: History, broker: Broker, cursors: Cursors, poll: float = POLL
    ) -> None:
        """`history` and `broker` become the relay's own; it closes the broker, not the history."""
        self._history = history
        self._broker = broker
        self._cursors = cursors
        self._poll = poll
        self._bot = ""
        self._cursor: Cursor | None = None
        self._seq = self._newest = 0
        self._waiting_since: Micros | None = None
        self._error = ""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = asyncio.Event()

    @property
    def state(self) -> RelayState:
        """As it is now; may be read from any thread."""
        return RelayState(self._seq, self._newest, self._waiting_since, self._error)

    @property
    def companion(self) -> CompanionState:
        """As `state`, for those who look at everything that runs beside an engine."""
        state = self.state
        problems = (f"the broker does not get the facts: {state.error}",) if state.error else ()
        return CompanionState("broker", state.seq, state.behind, problems)

    def publish(self, records: Sequence[Recorded]) -> None:
        """Something is durable. Never blocks and never raises."""
        self._newest = max(self._newest, records[-1].seq)
        if self._loop is not None and not self._woken.is_set():
            try:
                self._loop.call_soon_threadsafe(self._woken.set)
            except RuntimeError:  # it has been stopped
                self._loop = None

    async def run(self) -> None:
        """Until it is cancelled."""
        self._loop = asyncio.get_running_loop()
        wait = FIRST_WAIT
        try:
            while True:
                self._woken.clear()
                try:
                    await self._send()
                    self._recovered()
                    wait = FIRST_WAIT
                    await self._rest()
                except Exception as error:
                    self._failed(error)
                    await asyncio.sleep(wait)
                    wait = min(2 * wait, LONGEST_WAIT)
        finally:
            self._loop = None
            await self._broker.close()

    async def _send(self) -> None:
        """All that the journal holds by now."""
        cursor = self._cursor or self._begun()
        if cursor is None:
            return
        for rows in in_groups(self._history.read(self._seq)):
            self._newest = max(self._newest, rows[-1].seq)
            self._waiting_since = Micros(rows[0].recorded_at)
            await self._broker.publish([message_of(self._bot, row) for row in rows])
            self._seq = rows[-1].seq
            cursor.store(self._seq)
            self._recovered()
        self._waiting_since = None

    def _begun(self) -> Cursor | None:
        """The place in this journal; a place that it cannot have is the beginning."""
        first = next(iter(self._history.read(0, 1)), None)
        last = self._history.last()
        if first is None or last is None:
            return None
        cursor = self._cursors(first.event_id)
        seq = cursor.load()
        self._seq = seq if seq <= last.seq else 0
        self._bot = bot_of(first)
        self._cursor = cursor
        return cursor

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._poll):
                await self._woken.wait()
        except TimeoutError:
            return

    def _failed(self, error: Exception) -> None:
        if not self._error:
            _log.warning("the broker does not get the facts", error=str(error), seq=self._seq)
        self._error = str(error)

    def _recovered(self) -> None:
        if self._error:
            _log.info("the broker gets the facts again", seq=self._seq)
            self._error = ""


class _Started(Struct, frozen=True):
    bot: str


_started = json.Decoder(_Started)


def bot_of(first: JournalRow) -> str:
    """Whose journal it is: its first fact says so. Raises ValueError."""
    return _started.decode(first.payload).bot
