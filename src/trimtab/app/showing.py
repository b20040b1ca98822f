"""The dashboard beside a bot. Only commands that show a page import it, for it takes a while."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import NamedTuple

from trimtab.adapters.system_clock import SystemClock
from trimtab.dashboard.command_routes import Commands
from trimtab.dashboard.hub import Hub
from trimtab.dashboard.server import serve


class Shown(NamedTuple):
    """A dashboard that is being served."""

    hub: Hub
    url: str


@contextmanager
def shown(commands: Commands, port: int) -> Generator[Shown]:
    """Serves the page on 127.0.0.1 for as long as the block lasts. Raises DashboardError."""
    hub = Hub()
    dashboard = serve(hub, commands=commands, clock=SystemClock(), port=port)
    try:
        yield Shown(hub, dashboard.url)
    finally:
        dashboard.close()
