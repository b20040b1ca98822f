"""One HTTP session with the venue: every call has a deadline, and what failed has a kind."""

from __future__ import annotations

from typing import Self

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    TCPConnector,
)

from trimtab.adapters.hyperliquid.venue_errors import (
    NotSentError,
    RefusedRequestError,
    TooMuchError,
    UnreachableError,
)

DEADLINE = 10.0
"""Seconds for a whole call."""

_IDLE = 10.0
"""Seconds after which an idle connection is not used again: the venue may have closed it."""

_CONNECTIONS = 8
_LONGEST = 200
"""Characters of a refusal that are shown."""

_JSON = {"Content-Type": "application/json"}


class HttpTransport:
    """Belongs to the event loop that uses it first. Redirects are not followed."""

    def __init__(self, url: str, deadline: float = DEADLINE) -> None:
        """`url` without a path, such as `https://api.hyperliquid.xyz`."""
        self.url = url.rstrip("/")
        self._deadline = ClientTimeout(total=deadline)
        self._session: ClientSession | None = None

    async def post(self, path: str, body: bytes) -> bytes:
        """The body of the reply. Raises UnreachableError, RefusedRequestError."""
        place = f"{self.url}{path}"
        try:
            async with self._opened().post(
                place, data=body, headers=_JSON, timeout=self._deadline, allow_redirects=False
            ) as reply:
                content = await reply.read()
                _raise_for(place, reply.status, content)
                return content
        except ClientConnectorError as error:
            raise NotSentError(f"{place}: no connection: {error.os_error}") from error
        except TimeoutError as error:
            raise UnreachableError(f"{place}: no answer in {self._deadline.total} s") from error
        except (ClientError, OSError) as error:
            raise UnreachableError(f"{place}: {error or type(error).__name__}") from error

    async def close(self) -> None:
        """Lets go of all connections; a later call opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _opened(self) -> ClientSession:
        if self._session is None or self._session.closed:
            connector = TCPConnector(limit=_CONNECTIONS, keepalive_timeout=_IDLE)
            self._session = ClientSession(connector=connector)
        return self._session


def _raise_for(place: str, status: int, content: bytes) -> None:
    if status == 200:
        return
    text = content[:_LONGEST].decode(errors="replace").strip()
    if status == 429:
        raise TooMuchError(f"{place}: too many requests {text}".rstrip())
    if status >= 500:
        raise UnreachableError(f"{place}: HTTP {status} {text}".rstrip())
    raise RefusedRequestError(f"{place}: HTTP {status} {text}".rstrip())
