"""A dashboard on a real socket, fed by the story."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import msgspec
import pytest
from websockets.sync.client import ClientConnection, connect
from websockets.sync.connection import Connection

from trimtab.dashboard.hub import Hub
from trimtab.dashboard.server import Dashboard, serve
from trimtab.domain.commands import Command
from trimtab.domain.units import Micros

Json = dict[str, Any]


class StoppedClock:
    """Always the same moment."""

    def now(self) -> Micros:
        return Micros(42)


class Running(NamedTuple):
    """A dashboard and both ends of it."""

    hub: Hub
    dashboard: Dashboard
    http: httpx.Client
    ordered: list[Command]

    def socket(self, **options: Any) -> ClientConnection:
        """Opens the page's socket."""
        return connect(self.dashboard.url.replace("http", "ws") + "/ws", **options)


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """A built page, or none: an empty folder."""
    return tmp_path


@pytest.fixture
def running(web: Path) -> Iterator[Running]:
    hub, ordered = Hub(), list[Command]()
    dashboard = serve(hub, commands=ordered.append, clock=StoppedClock(), port=0, web=web)
    with httpx.Client(base_url=dashboard.url) as http:
        yield Running(hub, dashboard, http, ordered)
    dashboard.close()


def told(socket: Connection) -> Json:
    """The next message that is not a heartbeat."""
    while True:
        message: Json = msgspec.json.decode(socket.recv(timeout=10))
        if message["type"] != "alive":
            return message


def told_until(socket: Connection, seq: int) -> list[Json]:
    """Messages up to the one that reaches a seq."""
    messages = [told(socket)]
    while messages[-1]["seq"] < seq:
        messages.append(told(socket))
    return messages
