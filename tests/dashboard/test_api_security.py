"""Who is answered, and with which headers."""

from __future__ import annotations

from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from tests.dashboard.conftest import Running
from trimtab.dashboard.errors import DashboardError
from trimtab.dashboard.hub import Hub
from trimtab.dashboard.server import serve
from trimtab.domain.commands import Pause, StopTrading
from trimtab.domain.units import Micros

COMMAND = {"x-trimtab": "1"}
WHY = {"reason": "lunch"}


@pytest.mark.parametrize("path", ["/", "/api/v1/overview", "/healthz", "/metrics", "/api/docs"])
def test_a_foreign_host_is_refused_everywhere(running: Running, path: str) -> None:
    assert running.http.get(path, headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("path", ["/", "/api/v1/overview"])
def test_a_foreign_origin_is_refused_everywhere(running: Running, path: str) -> None:
    assert running.http.get(path, headers={"origin": "http://evil.example"}).status_code == 403


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [("Origin", "http://evil.example", 403), ("Host", "evil.example", 400)],
)
def test_the_socket_refuses_strangers(
    running: Running, header: str, value: str, status: int
) -> None:
    with (
        pytest.raises(InvalidStatus) as refused,
        running.socket(additional_headers={header: value}),
    ):
        pass
    assert refused.value.response.status_code == status


def test_the_page_of_this_server_is_welcome(running: Running) -> None:
    with running.socket(origin=running.dashboard.url) as page:
        assert page.recv(timeout=5)


def test_every_answer_forbids_what_the_page_does_not_need(running: Running) -> None:
    for path in ("/", "/api/v1/overview", "/nothing-here"):
        headers = running.http.get(path).headers
        assert "script-src 'self';" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_a_command_reaches_the_runtime_with_actor_and_reason(running: Running) -> None:
    answer = running.http.post("/api/v1/pause", json=WHY, headers=COMMAND)
    name = answer.json()["id"]
    told = {"command": "pause", "at": 42, "id": name}
    assert (answer.status_code, answer.json()) == (202, told)
    assert running.ordered == [Pause(Micros(42), "operator@dashboard", "lunch", name)]


def test_stop_tells_whether_to_close_every_position(running: Running) -> None:
    answer = running.http.post("/api/v1/stop", json={**WHY, "flatten": True}, headers=COMMAND)
    assert answer.status_code == 202
    (order,) = running.ordered
    assert isinstance(order, StopTrading)
    assert order.flatten


@pytest.mark.parametrize("path", ["/api/v1/pause", "/api/v1/resume", "/api/v1/stop"])
def test_a_command_without_the_header_is_refused(running: Running, path: str) -> None:
    assert running.http.post(path, json=WHY).status_code == 403
    assert running.ordered == []


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "x" * 501}, {"why": "lunch"}])
def test_a_command_without_a_reason_is_refused(running: Running, body: dict[str, str]) -> None:
    assert running.http.post("/api/v1/pause", json=body, headers=COMMAND).status_code == 400
    assert running.ordered == []


def test_a_command_from_a_foreign_page_is_refused(running: Running) -> None:
    headers = {**COMMAND, "origin": "http://evil.example"}
    assert running.http.post("/api/v1/stop", json=WHY, headers=headers).status_code == 403
    assert running.ordered == []


def test_only_this_machine_is_served(tmp_path: Path) -> None:
    with pytest.raises(DashboardError, match=r"--host 127\.0\.0\.1"):
        _serve(tmp_path, host="0.0.0.0")  # noqa: S104


def test_a_taken_port_is_named_with_the_mend(running: Running, tmp_path: Path) -> None:
    port = int(running.dashboard.url.rsplit(":", 1)[1])
    with pytest.raises(DashboardError) as taken:
        _serve(tmp_path, port=port)
    assert str(taken.value) == (
        f"port {port} on 127.0.0.1 is taken by another program; choose another with --port"
    )


def _serve(web: Path, host: str = "127.0.0.1", port: int = 0) -> None:
    class Clock:
        def now(self) -> Micros:
            return Micros(0)

    serve(Hub(), commands=lambda _: None, clock=Clock(), host=host, port=port, web=web)
