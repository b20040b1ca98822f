"""What the server answers besides the socket."""

from __future__ import annotations

import re

from tests.dashboard.conftest import Running, told_until
from tests.dashboard.story import story

RECORDS = tuple(story(hours=30))


def test_it_is_ready_once_a_bot_has_started(running: Running) -> None:
    assert running.http.get("/readyz").status_code == 503
    with running.socket() as page:
        running.hub.publish(RECORDS)
        told_until(page, RECORDS[-1].seq - 1)
    assert running.http.get("/readyz").json()["status"] == "ready"
    assert running.http.get("/healthz").json()["status"] == "ok"


def test_the_metrics_follow_the_facts(running: Running) -> None:
    with running.socket() as page:
        running.hub.publish(RECORDS)
        told_until(page, RECORDS[-1].seq - 1)
        text = running.http.get("/metrics").text
    assert re.search(rf"^trimtab_facts_folded {RECORDS[-1].seq}\.0$", text, re.MULTILINE)
    assert re.search(r"^trimtab_pages 1\.0$", text, re.MULTILINE)
    assert re.search(r"^trimtab_equity_dollars \d", text, re.MULTILINE)


def test_the_interface_describes_itself_without_asking_other_hosts(running: Running) -> None:
    document = running.http.get("/api/docs").json()
    assert {"/api/v1/overview", "/api/v1/stop"} <= document["paths"].keys()
    assert "://" not in running.http.get("/api/docs").text


def test_without_a_built_page_the_server_says_how_to_build_it(running: Running) -> None:
    answer = running.http.get("/")
    assert answer.status_code == 200
    assert "make web" in answer.text


def test_a_path_cannot_leave_the_page(running: Running) -> None:
    for path in ("/../conftest.py", "/%2e%2e/conftest.py", "/..%2fconftest.py"):
        assert running.http.get(path).status_code == 404
