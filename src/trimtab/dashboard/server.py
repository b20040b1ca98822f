"""Runs the dashboard on a thread and a loop of its own, so that the engine's loop stays free."""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
from contextlib import suppress
from importlib.resources.abc import Traversable

import uvicorn
import uvloop
from litestar.types import ASGIApp

from trimtab.dashboard.application import application
from trimtab.dashboard.command_routes import Commands
from trimtab.dashboard.errors import DashboardError
from trimtab.dashboard.hub import Hub
from trimtab.dashboard.past import Library
from trimtab.ports import Clock

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

START_WITHIN = 10.0
"""Seconds."""


class Dashboard:
    """A running dashboard."""

    def __init__(self, server: uvicorn.Server, thread: threading.Thread, url: str) -> None:
        self._server = server
        self._thread = thread
        self.url = url

    def close(self) -> None:
        """Stops serving; returns when the thread has ended."""
        self._server.should_exit = True
        self._thread.join(timeout=START_WITHIN)


def serve(
    hub: Hub,
    *,
    commands: Commands,
    clock: Clock,
    host: str = "127.0.0.1",
    port: int = 8700,
    web: Traversable | None = None,
    library: Library | None = None,
) -> Dashboard:
    """Serves until closed. Port 0 takes a free one. Raises `DashboardError`."""
    listener = _bound(host, port)
    port = int(listener.getsockname()[1])
    server = uvicorn.Server(_settings(application(hub, port, commands, clock, web, library)))
    ready = threading.Event()
    thread = threading.Thread(
        target=_serve, args=(hub, server, listener, ready), name="dashboard", daemon=True
    )
    thread.start()
    ready.wait(START_WITHIN)
    shown = f"[{host}]" if ":" in host else host
    return Dashboard(server, thread, f"http://{shown}:{port}")


def _settings(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )


def _bound(host: str, port: int) -> socket.socket:
    if host not in LOOPBACK:
        raise DashboardError(
            f"host {host}: the dashboard has no log-in yet and is served on this machine only; "
            "use --host 127.0.0.1"
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise DashboardError(f"port {port} on {host}: {error.strerror}; use --port") from error
        raise DashboardError(
            f"port {port} on {host} is taken by another program; choose another with --port"
        ) from error


def _serve(
    hub: Hub, server: uvicorn.Server, listener: socket.socket, ready: threading.Event
) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_run(hub, server, listener, ready))


async def _run(
    hub: Hub, server: uvicorn.Server, listener: socket.socket, ready: threading.Event
) -> None:
    """Folding and serving end together: a page that no longer follows would be a lie."""
    folding = asyncio.create_task(hub.run())
    folding.add_done_callback(lambda _: setattr(server, "should_exit", True))
    ready.set()
    await server.serve(sockets=[listener])
    folding.cancel()
    with suppress(asyncio.CancelledError):
        await folding
