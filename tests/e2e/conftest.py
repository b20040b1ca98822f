"""A dashboard with the built page, for a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.dashboard import node
from tests.dashboard.conftest import StoppedClock
from tests.dashboard.story import story
from trimtab.dashboard.hub import Hub
from trimtab.dashboard.server import Dashboard, serve
from trimtab.domain.commands import Command, Pause
from trimtab.ports import Recorded

RECORDS = tuple(story(hours=400))


class Bot:
    """Answers an operator's pause as an engine would: the command becomes a fact."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.hub.publish(RECORDS)
        self.ordered: list[Command] = []

    def order(self, command: Command) -> None:
        self.ordered.append(command)
        if isinstance(command, Pause):
            self.hub.publish([Recorded(RECORDS[-1].seq + 1, command)])

    def serve(self, port: int = 0) -> Dashboard:
        return serve(self.hub, commands=self.order, clock=StoppedClock(), port=port)


@pytest.fixture(scope="module")
def bot() -> Bot:
    node.require_browser()
    return Bot()


@pytest.fixture(scope="module")
def dashboard(bot: Bot) -> Iterator[Dashboard]:
    running = bot.serve()
    yield running
    running.close()
