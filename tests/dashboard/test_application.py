"""What the server answers besides the socket."""

from __future__ import annotations

import re

import pytest

from tests.dashboard.conftest import Running, told_until
from tests.dashboard.story import story
from trimtab.domain.units import Micros
from trimtab.ports import CompanionState, EngineState

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


@pytest.mark.parametrize(
    ("companion", "code", "status", "because"),
    [
        (CompanionState("broker", 7, 3, ("away: start it",)), 200, "ready", ""),
        (CompanionState("audit", 7, 3, ("ALARM: changed",), alarm=True), 503, "alarm", "ALARM: changed"),
    ],
)  # fmt: skip
def test_health_tells_of_those_who_work_beside_the_engine(
    running: Running, companion: CompanionState, code: int, status: str, because: str
) -> None:
    with running.socket() as page:
        running.hub.publish(RECORDS)
        told_until(page, RECORDS[-1].seq - 1)
    running.hub.watch(lambda: EngineState("running", Micros(5), companions=(companion,)))
    answer = running.http.get("/readyz")
    told = answer.json()
    assert (answer.status_code, told["status"], told["because"]) == (code, status, because)
    assert told["problems"] == list(companion.problems)
    figures = running.http.get("/metrics").text
    name = f"trimtab_{companion.name}"
    for figure in ("seq 7.0", "behind 3.0", "works 0.0", f"alarm {float(companion.alarm)}"):
        assert f"{name}_{figure}\n" in figures


def test_an_engine_that_does_not_work_comes_before_an_alarm(running: Running) -> None:
    alarm = CompanionState("audit", 7, 3, ("ALARM: changed",), alarm=True)
    halted = EngineState("halted", Micros(5), "the disk is full", companions=(alarm,))
    running.hub.watch(lambda: halted)
    told = running.http.get("/readyz").json()
    assert (told["status"], told["because"]) == ("halted", "the disk is full")
    assert told["problems"] == ["ALARM: changed"]


def test_what_nobody_does_has_no_figure(running: Running) -> None:
    figures = running.http.get("/metrics").text
    assert "trimtab_broker_works NaN" in figures
    assert "trimtab_audit_alarm NaN" in figures


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
