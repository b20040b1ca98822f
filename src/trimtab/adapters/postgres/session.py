"""One connection to PostgreSQL that says at once when it is lost, and so does the server."""

from __future__ import annotations

import asyncio
from asyncio import Task
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from asyncpg import Connection, Record, connect

from trimtab.adapters.postgres.address import Address
from trimtab.adapters.postgres.background_loop import BackgroundLoop
from trimtab.adapters.postgres.errors import FAILURES, explained, lost, lost_lock
from trimtab.ports import JournalError

T = TypeVar("T")

PATIENCE = 10.0
"""Seconds for one answer. A server that is silent for longer counts as lost."""

LONG = 3_600.0
"""Seconds for statements that look at a whole journal."""

HEARTBEAT = 0.5
"""Seconds between signs of life to the server."""

SILENCE = 3.0
"""Seconds without any, after which the server ends the session and gives its locks away."""

_OLDEST = 14
"""Version of the server: the first that ends idle sessions."""

_milliseconds = str(int(SILENCE * 1_000))

_SETTINGS = {
    "application_name": "trimtab",
    "synchronous_commit": "on",
    "tcp_keepalives_idle": "1",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "2",
    "tcp_user_timeout": _milliseconds,
    "idle_in_transaction_session_timeout": _milliseconds,
    "client_connection_check_interval": "1000",
    "timezone": "UTC",
}


class Session:
    """Used from any thread; every call waits for its answer, and for those before it."""

    def __init__(self, address: Address) -> None:
        """Raises JournalError when there is no connection to be had."""
        self.address = address
        self.lost = False
        """For ever: its locks are gone."""
        self._thread = BackgroundLoop(f"postgresql {address.database}")
        self._one_at_a_time = asyncio.Lock()
        self._beating: Task[None] | None = None
        try:
            self._connection = self._thread.wait(_connected(address))
        except BaseException as error:
            self._thread.stop()
            if isinstance(error, FAILURES):
                raise explained(address, error) from None
            raise

    def fetch(self, query: str, *arguments: object, patience: float = PATIENCE) -> list[Record]:
        """The rows of one statement. Raises JournalError."""
        return self.run(lambda connection: connection.fetch(query, *arguments, timeout=patience))

    def execute(self, statements: str) -> None:
        """Several statements without results. Raises JournalError."""
        self.run(lambda connection: connection.execute(statements))

    def run(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """What the work gives, during which nobody else uses the connection.

        Raises JournalError, and whatever else the work raises.
        """
        if self.lost:
            raise self._loss()
        try:
            return self._thread.wait(self._alone(work))
        except FAILURES as error:
            raise (self._loss() if self.lost else explained(self.address, error)) from error
        except BaseException as error:
            if not isinstance(error, Exception):  # interrupted: nobody knows what was done
                self.give_up()
            raise

    def keep_alive(self) -> None:
        """From now on the server hears of us, and ends the session when it does not."""

        async def begin(connection: Connection) -> None:
            await connection.execute(f"SET idle_session_timeout = {_milliseconds}")
            self._beating = asyncio.get_running_loop().create_task(self._beat())

        self.run(begin)

    def give_up(self) -> None:
        """Cuts the connection, without a word to the server."""
        self.lost = True
        self._thread.loop.call_soon_threadsafe(self._connection.terminate)

    def close(self) -> None:
        """Lets go. Once is enough."""
        if not self._thread.loop.is_closed():
            self._thread.wait(self._leave())
            self._thread.stop()
        self.lost = True

    def _loss(self) -> JournalError:
        """Whoever keeps a session alive holds a lock in it."""
        return lost_lock(self.address) if self._beating else lost(self.address)

    async def _alone(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        async with self._one_at_a_time:
            try:
                return await work(self._connection)
            except BaseException as error:
                self._look_after(error)
                raise

    def _look_after(self, error: BaseException) -> None:
        """A connection that gave no answer, or that is closed, is lost."""
        if isinstance(error, OSError | TimeoutError) or self._connection.is_closed():
            self.lost = True
            self._connection.terminate()

    async def _beat(self) -> None:
        while not self.lost:
            await asyncio.sleep(HEARTBEAT)
            with suppress(*FAILURES):
                await self._alone(
                    lambda connection: connection.execute("SELECT 1", timeout=SILENCE)
                )

    async def _leave(self) -> None:
        if self._beating:
            self._beating.cancel()
        with suppress(*FAILURES, asyncio.CancelledError):
            await self._connection.close(timeout=SILENCE)


async def _connected(address: Address) -> Connection:
    connection = await connect(
        host=address.host,
        port=address.port,
        user=address.user,
        database=address.database,
        ssl=address.sslmode,
        timeout=PATIENCE,
        command_timeout=PATIENCE,
        server_settings=_SETTINGS,
    )
    version = connection.get_server_version()[0]
    if version < _OLDEST:
        await connection.close()
        raise JournalError(f"{address}: PostgreSQL {version}: {_OLDEST} or newer is needed")
    return connection
