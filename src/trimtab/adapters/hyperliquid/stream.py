"""The venue's WebSocket: connects again by itself, asks again for everything, and notices silence."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from time import monotonic as monotonic_now
from typing import NamedTuple

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout, ClientWebSocketResponse, WSMsgType
from msgspec import Struct

from trimtab.adapters.hyperliquid.error_codes import code_of
from trimtab.adapters.hyperliquid.freshness import Freshness, Subscription
from trimtab.adapters.hyperliquid.reconnecting import BackOff, Chance, ConnectionRoom
from trimtab.adapters.hyperliquid.stream_messages import Frame, Pong, StreamError, frame_of

MOST_SUBSCRIPTIONS = 1_000


class Timing(Struct, frozen=True):
    """Of a stream, in seconds."""

    ping: float = 15.0
    """Between signs of life: the venue closes after 60 s in which it heard nothing of us."""
    silence: float = 35.0
    """Without any message, pongs included: then the connection counts as dead."""
    steady: float = 60.0
    """After which a connection counts as good, and the next failure as the first."""
    look: float = 1.0
    """Between looks at what is silent."""
    back_off: BackOff = BackOff()


_LARGEST = 32 * 1024 * 1024
"""Bytes of a message."""

_CONNECTING = ClientTimeout(total=None, sock_connect=10.0)


class _LostError(Exception):
    """Why a connection has ended."""


class StreamEvents:
    """What the owner of a stream wants to know; called on its event loop, and must not wait."""

    def __init__(
        self,
        frame: Callable[[Frame], None],
        connected: Callable[[], None],
        lost: Callable[[str], None],
    ) -> None:
        """`connected`: everything was asked for again; what came in between has to be made up."""
        self.frame = frame
        self.connected = connected
        self.lost = lost


class Connecting(NamedTuple):
    """Where a stream connects to, and how patiently."""

    url: str
    chance: Chance
    """Numbers in [0, 1), for the jitter."""
    timing: Timing = Timing()
    room: ConnectionRoom | None = None
    """Shared by all streams of this machine; None: this is the only one."""


class Stream:
    """One connection at a time. `run` goes on until it is cancelled."""

    def __init__(
        self,
        connecting: Connecting,
        events: StreamEvents,
        *,
        freshness: Freshness | None = None,
        monotonic: Callable[[], float] = monotonic_now,
    ) -> None:
        self._url = connecting.url
        self._chance = connecting.chance
        self._timing = connecting.timing
        self._room = connecting.room or ConnectionRoom()
        self._events = events
        self._monotonic = monotonic
        self.freshness = freshness or Freshness()
        self._wanted: dict[Subscription, None] = {}
        self._socket: ClientWebSocketResponse | None = None
        self._failures = 0
        self._heard = 0.0

    @property
    def is_connected(self) -> bool:
        return self._socket is not None and not self._socket.closed

    async def subscribe(self, subscriptions: Iterable[Subscription]) -> None:
        """They are asked for now, if connected, and at every connection from now on.

        Raises ValueError where there would be more than the venue allows.
        """
        new = [one for one in subscriptions if one not in self._wanted]
        if len(self._wanted) + len(new) > MOST_SUBSCRIPTIONS:
            raise ValueError(
                f"{len(self._wanted) + len(new)} subscriptions: the venue allows"
                f" {MOST_SUBSCRIPTIONS}, watch fewer coins"
            )
        self._wanted |= dict.fromkeys(new)
        if self._socket is not None:
            self.freshness.expect(self._wanted, self._monotonic())
            for one in new:
                await self._send_subscription(self._socket, one)

    async def run(self) -> None:
        async with ClientSession(timeout=_CONNECTING) as session:
            while True:
                began = self._monotonic()
                reason = await self._one_connection(session)
                if self._monotonic() - began > self._timing.steady:
                    self._failures = 0
                self._events.lost(reason)
                pause = self._timing.back_off.pause(self._failures, self._chance())
                self._failures += 1
                await asyncio.sleep(pause)

    async def _one_connection(self, session: ClientSession) -> str:
        """Why it ended."""
        reason = f"{self._url}: closed"
        try:
            async with self._room, session.ws_connect(self._url, max_msg_size=_LARGEST) as socket:
                try:
                    await self._greet(socket)
                    await self._listen(socket)
                finally:
                    self._socket = None
        except* _LostError as errors:
            reason = str(errors.exceptions[0])
        except* (ClientError, OSError, TimeoutError) as errors:
            reason = f"{self._url}: {errors.exceptions[0] or 'no connection'}"
        return reason

    async def _greet(self, socket: ClientWebSocketResponse) -> None:
        for one in self._wanted:
            await self._send_subscription(socket, one)
        self._socket = socket
        self._heard = self._monotonic()
        self.freshness.expect(self._wanted, self._heard)
        self._events.connected()

    async def _listen(self, socket: ClientWebSocketResponse) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep_alive(socket))
            tasks.create_task(self._watch())
            await self._receive(socket)

    async def _receive(self, socket: ClientWebSocketResponse) -> None:
        async for message in socket:
            self._heard = self._monotonic()
            if message.type in {WSMsgType.TEXT, WSMsgType.BINARY}:
                self._take(message.data)
        raise _LostError(f"{self._url}: closed by the venue (code {socket.close_code})")

    def _take(self, text: str | bytes) -> None:
        try:
            frame = frame_of(text)
        except msgspec.ValidationError as error:
            raise _LostError(f"{self._url}: a message is not understood: {error}") from error
        if frame is None:
            return
        if isinstance(frame.data, StreamError) and not _is_harmless(frame.data):
            raise _LostError(f"{self._url}: the venue refuses: {frame.data.text}")
        self.freshness.hear(frame, self._heard)
        if not isinstance(frame.data, Pong):
            self._events.frame(frame)

    async def _keep_alive(self, socket: ClientWebSocketResponse) -> None:
        while True:
            await asyncio.sleep(self._timing.ping)
            await socket.send_str('{"method":"ping"}')

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._timing.look)
            now = self._monotonic()
            if now - self._heard > self._timing.silence:
                raise _LostError(f"{self._url}: silent for {now - self._heard:.0f} s")
            if silent := self.freshness.silent(now):
                names = ", ".join(" ".join(value for _, value in one) for one in silent[:3])
                raise _LostError(f"{self._url}: nothing more of {names}")

    @staticmethod
    async def _send_subscription(socket: ClientWebSocketResponse, one: Subscription) -> None:
        with suppress(ConnectionError):  # the reader finds out, and everything is asked for again
            await socket.send_str(
                msgspec.json.encode({"method": "subscribe", "subscription": dict(one)}).decode()
            )


def _is_harmless(error: StreamError) -> bool:
    return code_of(error.text) == "subscribed_already"
