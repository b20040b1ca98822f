"""Who may talk to the server at all: right Host, right Origin, before anything else is asked.

The Host check keeps out DNS rebinding, the Origin check other pages in the same browser; both
hold for HTTP and WebSocket. Commands need a header besides, which a foreign page cannot send
without being asked first. Every answer carries the security headers.
"""

from __future__ import annotations

from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.enums import ScopeType
from litestar.exceptions import PermissionDeniedException
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

COMMAND_HEADER = "x-trimtab"
"""What a command must carry, with the value 1."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)

_HEADERS = [
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]


AnyConnection = ASGIConnection[HTTPRouteHandler, object, object, State]


class ApiSecurity:
    """The outermost layer of the server."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        hosts = [f"{name}:{port}" for name in LOOPBACK] + list(LOOPBACK if port == 80 else ())
        self._hosts = frozenset(host.encode() for host in hosts)
        self._origins = frozenset(f"http://{host}".encode() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what is allowed; 400 for a foreign Host, 403 for a foreign Origin."""
        if scope["type"] == "lifespan":  # type: ignore[comparison-overlap]
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal:
            await _refuse(scope, send, *refusal)
        else:
            await self._app(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        hosts = _all(scope, b"host")
        origins = _all(scope, b"origin")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return 400, "this server answers to its own address on this machine only"
        if not all(origin.lower() in self._origins for origin in origins):
            return 403, "this server answers to its own pages only"
        return None


def command_guard(connection: AnyConnection, _: BaseRouteHandler) -> None:
    """Litestar guard of every command. Raises 403 without the header."""
    if connection.headers.get(COMMAND_HEADER) != "1":
        raise PermissionDeniedException(f"a command needs the header '{COMMAND_HEADER}: 1'")


def _all(scope: Scope, name: bytes) -> list[bytes]:
    return [value for key, value in scope["headers"] if key.lower() == name]


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *_HEADERS]
        await send(message)

    return sending


async def _refuse(scope: Scope, send: Send, status: int, why: str) -> None:
    body = why.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        *_HEADERS,
    ]
    if scope["type"] == ScopeType.WEBSOCKET:
        await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
        await send({"type": "websocket.http.response.body", "body": body, "more_body": False})
    else:
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})
