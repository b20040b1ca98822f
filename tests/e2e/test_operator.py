"""An operator at the page: pause, stop by keyboard, a server that dies and comes back."""

from __future__ import annotations

from subprocess import Popen
from typing import Any

import msgspec

from tests.dashboard import node
from tests.e2e.conftest import Bot
from trimtab.dashboard.server import Dashboard
from trimtab.domain.commands import Pause, StopTrading


class Page:
    """The operator's script, step by step."""

    def __init__(self, process: Popen[str]) -> None:
        self._process = process

    def said(self, step: str) -> dict[str, Any]:
        """The next step; it must be this one."""
        assert self._process.stdout
        facts: dict[str, Any] = msgspec.json.decode(self._process.stdout.readline())
        assert facts["step"] == step
        return facts

    def go_on(self) -> None:
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()


def test_an_operator_pauses_stops_and_outlives_the_server(bot: Bot, dashboard: Dashboard) -> None:
    port = int(dashboard.url.rsplit(":", 1)[1])
    with node.start("operate.mjs", dashboard.url) as process:
        page = Page(process)
        page.said("paused")
        page.go_on()
        stopped = page.said("stopped")
        page.go_on()
        page.said("kill the server")
        dashboard.close()
        page.go_on()
        offline = page.said("offline")
        again = bot.serve(port)
        page.go_on()
        page.said("live again")
        page.go_on()
    again.close()
    assert [type(each) for each in bot.ordered] == [Pause, StopTrading]
    assert stopped["banner"].startswith("Paused by operator@dashboard: paused from the dashboard")
    assert stopped["early"] is True
    assert offline["frozen"] is True
    assert offline["noticed"] < 1_000
    assert "as of" in offline["notice"]
