"""Questions by HTTP: each has a deadline, is asked again where that may help, and fails with a kind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import NoReturn, Self

import stamina
from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, TCPConnector
from msgspec import Struct

from trimtab.adapters.allora.errors import (
    AlloraError,
    KeyRefusedError,
    MovedError,
    NoForecastError,
    NotThereError,
    NotUnderstoodError,
    RefusedError,
    ServerFailedError,
    TooManyRequestsError,
    UnreachableError,
)

_IDLE = 10.0
"""Seconds after which an idle connection is not used again: the other side may have closed it."""

_CONNECTIONS = 8
_SHOWN = 200
"""Characters of an error's body."""

_LARGEST = 4_000_000
"""Bytes of a reply: many times what any honest one has."""

_NOT_IMPLEMENTED = 501


class Patience(Struct, frozen=True):
    """How long a question may take, in seconds, and how often it is asked."""

    deadline: float = 10.0
    """For one attempt."""
    altogether: float = 25.0
    attempts: int = 3
    pause: float = 0.5
    """Before the second attempt; twice as long before each further one."""
    longest_pause: float = 8.0


class HttpTransport:
    """Belongs to the event loop that uses it first. Only reads, so that asking again is harmless."""

    def __init__(self, patience: Patience | None = None) -> None:
        self._patience = patience or Patience()
        self._session: ClientSession | None = None

    async def get(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        hidden: Callable[[str], str] = str,
    ) -> bytes:
        """The body. `hidden` takes secrets out of texts. Raises AlloraError."""
        patience = self._patience
        last: AlloraError | None = None
        try:
            async with asyncio.timeout(patience.altogether):
                async for attempt in stamina.retry_context(
                    on=self._passing,
                    attempts=patience.attempts,
                    timeout=None,
                    wait_initial=patience.pause,
                    wait_max=patience.longest_pause,
                    wait_jitter=patience.pause,
                ):
                    with attempt:
                        try:
                            return await self._once(url, headers or {}, hidden)
                        except AlloraError as error:
                            last = error
                            raise
        except TimeoutError as error:
            raise last or UnreachableError(
                f"{url}: no answer in {patience.altogether:g} s"
            ) from error
        raise AssertionError  # pragma: no cover - the last attempt returns or raises

    async def _once(
        self, url: str, headers: Mapping[str, str], hidden: Callable[[str], str]
    ) -> bytes:
        deadline = self._patience.deadline
        try:
            async with self._opened().get(
                url,
                headers=headers,
                allow_redirects=False,
                timeout=ClientTimeout(total=deadline),
            ) as reply:
                body = await _body(url, reply)
                if reply.status != 200:
                    _fail(url, reply, hidden(body[:_SHOWN].decode(errors="replace").strip()))
                return body
        except TimeoutError as error:
            raise UnreachableError(f"{url}: no answer in {deadline:g} s") from error
        except (ClientError, OSError) as error:
            words = hidden(str(error)) or type(error).__name__
            raise UnreachableError(f"{url}: {words}") from error

    async def close(self) -> None:
        """Lets go of all connections; a later question opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def _passing(self, error: Exception) -> bool | float:
        """What may pass soon is asked again; after so many seconds where Allora named them."""
        if isinstance(error, TooManyRequestsError) and error.after is not None:
            return error.after if error.after <= self._patience.longest_pause else False
        return isinstance(error, TooManyRequestsError | ServerFailedError)

    def _opened(self) -> ClientSession:
        if self._session is None or self._session.closed:
            connector = TCPConnector(limit=_CONNECTIONS, keepalive_timeout=_IDLE)
            self._session = ClientSession(connector=connector)
        return self._session


async def _body(url: str, reply: ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in reply.content.iter_chunked(65_536):
        body += chunk
        if len(body) > _LARGEST:
            raise NotUnderstoodError(f"{url}: the reply has more than {_LARGEST:,} bytes")
    return bytes(body)


def _fail(url: str, reply: ClientResponse, text: str) -> NoReturn:
    told = f": {text}" if text else ""
    match reply.status:
        case 401 | 403:
            raise KeyRefusedError(
                f"{url}: the API key is refused{told}: check it, or get a new one"
            )
        case 404:
            raise NoForecastError(f"{url}: no such topic, or no forecast of it yet{told}")
        case 429:
            after = _seconds(reply.headers.get("Retry-After", ""))
            raise TooManyRequestsError(f"{url}: too many requests{told}: ask less often", after)
        case 501:
            raise NotThereError(f"{url}: not implemented there{told}")
        case status if 300 <= status < 400:
            raise MovedError(f"{url}: redirects (HTTP {status}); redirects are not followed")
        case status if status >= 500:
            raise ServerFailedError(f"{url}: HTTP {status}{told}")
        case status:
            raise RefusedError(f"{url}: HTTP {status}{told}")


def _seconds(text: str) -> float | None:
    """Of a Retry-After in seconds; a date is not read."""
    return float(text) if text.isdecimal() else None
