"""The dashboard beside a bot. Only commands that show a page import it, for it takes a while."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from functools import partial
from typing import NamedTuple

from trimtab.adapters.system_clock import SystemClock
from trimtab.app.compose import versions
from trimtab.app.journals import history
from trimtab.dashboard.command_routes import Commands
from trimtab.dashboard.hub import Hub
from trimtab.dashboard.past import Library
from trimtab.dashboard.server import serve
from trimtab.ports import History, JournalError, Recorded
from trimtab.records.explanation import Explanation
from trimtab.records.upcasting import facts_after
from trimtab.runtime.explaining import explained


class Shown(NamedTuple):
    """A dashboard that is being served."""

    hub: Hub
    url: str


@contextmanager
def shown(commands: Commands, port: int, journal: str) -> Generator[Shown]:
    """Serves the page on 127.0.0.1 for as long as the block lasts. Raises DashboardError.

    `journal`: its place, to show what was before; it may begin later.
    """
    hub = Hub(partial(_recorded, journal))
    library = Library(partial(history, journal), _explained)
    dashboard = serve(hub, commands=commands, clock=SystemClock(), port=port, library=library)
    try:
        yield Shown(hub, dashboard.url)
    finally:
        dashboard.close()


def _explained(journal: History, seq: int) -> Explanation:
    return explained(journal, versions(), seq)


def _recorded(journal: str, after: int) -> Iterator[Recorded]:
    """The facts after a seq; none where nothing was recorded yet."""
    try:
        rows = history(journal)
    except JournalError:
        return
    with closing(rows):
        yield from facts_after(rows, after)
