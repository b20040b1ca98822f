"""The Litestar application: reads by REST, live by WebSocket, commands by POST, and the page."""

from __future__ import annotations

from importlib.resources.abc import Traversable

from litestar import Litestar, Response, asgi, get
from litestar.handlers import ASGIRouteHandler, HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.status_codes import HTTP_503_SERVICE_UNAVAILABLE
from litestar.types import ASGIApp, Receive, Scope, Send
from msgspec import Struct

from trimtab.dashboard.api_security import ApiSecurity
from trimtab.dashboard.command_routes import Commands, command_handlers
from trimtab.dashboard.handler_routes import handler_routes
from trimtab.dashboard.hub import Hub
from trimtab.dashboard.metrics import metrics_of
from trimtab.dashboard.past import Library
from trimtab.dashboard.past_routes import past_handlers
from trimtab.dashboard.web_app import web_handlers
from trimtab.dashboard.websocket_manager import WebSocketManager
from trimtab.domain.units import Micros
from trimtab.ports import Clock
from trimtab.records.overview import Overview

BODY_LIMIT = 64 * 1024


class Health(Struct, frozen=True):
    """Whether the server, and the bot behind it, can be relied on."""

    status: str
    seq: int
    because: str = ""
    """What went wrong, and the mend."""
    since: Micros | None = None
    """UTC."""
    problems: tuple[str, ...] = ()
    """What beside the engine does not get on: signing, an anchor, the broker. The bot goes on."""


def application(
    hub: Hub,
    port: int,
    commands: Commands,
    clock: Clock,
    web: Traversable | None = None,
    library: Library | None = None,
) -> ASGIApp:
    """The whole server behind its guard. `port` is the one that Host and Origin must name.

    `library`: opens the journal and explains it, for questions about the past.
    """
    sockets = WebSocketManager(hub.snapshot, hub.resync)
    hub.listen(sockets.broadcast)
    app = Litestar(
        route_handlers=[
            *_reads(hub),
            *handler_routes(hub),
            *(past_handlers(library) if library else ()),
            _metrics(hub, sockets),
            _socket(sockets),
            *command_handlers(commands, clock, lambda: hub.commands.now),
            *web_handlers(web),
        ],
        openapi_config=OpenAPIConfig(
            title="trimtab",
            version="1",
            path="/api/docs",
            render_plugins=[JsonRenderPlugin(path=["/", "/openapi.json"])],
        ),
        request_max_body_size=BODY_LIMIT,
        logging_config=None,
    )
    return ApiSecurity(app, port)


def _reads(hub: Hub) -> list[HTTPRouteHandler]:
    @get("/api/v1/overview", sync_to_thread=False)
    def overview() -> Overview:
        """What the Overview page shows, as of its `seq`."""
        return hub.overview

    @get("/healthz", sync_to_thread=False)
    def healthz() -> Health:
        """200 while the server runs."""
        return Health("ok", hub.overview.seq)

    @get("/readyz", sync_to_thread=False)
    def readyz() -> Response[Health]:
        """200 once a bot has started; 503 before, while its engine does not work, and on an alarm."""
        health = _health(hub)
        ready = health.status == "ready"
        return Response(health, status_code=200 if ready else HTTP_503_SERVICE_UNAVAILABLE)

    return [overview, healthz, readyz]


def _health(hub: Hub) -> Health:
    seq, engine = hub.overview.seq, hub.engine
    companions = engine.companions if engine else ()
    problems = tuple(words for one in companions for words in one.problems)
    if engine is not None and engine.status not in {"starting", "running"}:
        return Health(engine.status, seq, engine.because, engine.since, problems)
    for alarmed in (one for one in companions if one.alarm):
        return Health("alarm", seq, alarmed.problems[0], problems=problems)
    status = "no bot has started yet" if hub.overview.bot is None else "ready"
    return Health(status, seq, problems=problems)


def _metrics(hub: Hub, sockets: WebSocketManager) -> HTTPRouteHandler:
    read = metrics_of(hub, sockets)

    @get("/metrics", media_type="text/plain; version=0.0.4", sync_to_thread=False)
    def metrics() -> bytes:
        """Figures for Prometheus."""
        return read()

    return metrics


def _socket(sockets: WebSocketManager) -> ASGIRouteHandler:
    @asgi("/ws", copy_scope=False)
    async def ws(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
        await sockets(receive, send)

    return ws
