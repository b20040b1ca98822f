"""The page after a restart: it shows what was recorded before, not an empty beginning."""

from __future__ import annotations

from pathlib import Path

import httpx
import msgspec
from websockets.sync.client import connect

from tests.builders.market import LIVELY, started, world
from trimtab.app.compose import journal_of_run, run_through
from trimtab.app.showing import shown
from trimtab.app.summary import Summary


def recorded(folder: Path) -> tuple[str, int]:
    """A journal, and its last seq."""
    chosen = world(5, 120)
    start = started(chosen.opened, LIVELY)
    with journal_of_run(folder / "run.db", start) as store:
        bot = run_through(start, chosen.facts(), store, Summary())
    return str(folder / "run.db"), bot.facts


def test_after_a_restart_the_page_shows_what_was_recorded_before(tmp_path: Path) -> None:
    journal, last = recorded(tmp_path)
    with shown(lambda _: None, 0, journal) as page, httpx.Client(base_url=page.url) as http:
        with connect(page.url.replace("http", "ws") + "/ws") as socket:
            while msgspec.json.decode(socket.recv(timeout=10))["seq"] < last:
                """Told what comes next, and once a second how far it is."""
        told = http.get("/api/v1/overview").json()
        assert told == http.get(f"/api/v1/state?seq={last}").json()["overview"]
        assert told["seq"] == last
        assert http.get("/readyz").status_code == 200


def test_before_anything_was_recorded_the_page_waits(tmp_path: Path) -> None:
    journal = str(tmp_path / "later.db")
    with shown(lambda _: None, 0, journal) as page:
        assert httpx.get(f"{page.url}/readyz").status_code == 503
        assert httpx.get(f"{page.url}/api/v1/state?seq=1").status_code == 503
