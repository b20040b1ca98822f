"""Every command by REST, and what became of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.patience import until
from tests.dashboard.conftest import Running
from trimtab.dashboard.api_security import COMMAND_HEADER
from trimtab.domain.commands import AddCrypto, OverrideRisk
from trimtab.domain.decisions import CommandAnswered
from trimtab.domain.units import CommandId, Micros
from trimtab.ports import Recorded

HEADERS = {COMMAND_HEADER: "1"}
ADD = {"type": "add_crypto", "reason": "new", "coin": "DOGE", "topics": ["quick-2h"]}


def sent(running: Running, body: dict[str, Any]) -> Any:
    return running.http.post("/api/v1/commands", json=body, headers=HEADERS)


def state(running: Running, name: str) -> Any:
    return running.http.get(f"/api/v1/commands/{name}").json()


def test_any_command_can_be_sent_and_asked_about(running: Running) -> None:
    answer = sent(running, ADD)
    assert answer.status_code == 202
    (order,) = running.ordered
    assert isinstance(order, AddCrypto)
    name = answer.json()["id"]
    assert (order.id, order.coin, order.topics) == (name, "DOGE", ("quick-2h",))
    assert state(running, name)["status"] == "pending"
    no = CommandAnswered(Micros(50), CommandId(name), executed=False, because="no such market")
    running.hub.publish([Recorded(1, order), Recorded(2, no)])
    until(lambda: state(running, name)["status"] == "failed")
    assert state(running, name)["because"] == "no such market"
    assert state(running, name)["command"] == "add_crypto"


def test_what_is_nested_is_understood(running: Running) -> None:
    word = {"type": "override_risk", "reason": "fear", "risk": {"leverage": 0.5}, "until": 99}
    assert sent(running, word).status_code == 202
    (order,) = running.ordered
    assert isinstance(order, OverrideRisk)
    assert (order.risk.leverage, order.until) == (0.5, 99)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reason": ""}, "reason: say in 1 to 500 letters why"),
        ({"type": "launch"}, "type: name one of add_crypto, "),
        ({"coins": "DOGE"}, "coins: unknown; use type, reason, coin, topics"),
        ({"actor": "root"}, "actor: unknown; use type"),
        ({"topics": "quick"}, "$.topics"),
    ],
)
def test_what_is_wrong_is_named(running: Running, change: dict[str, Any], words: str) -> None:
    answer = sent(running, {**ADD, **change})
    assert answer.status_code == 400
    assert words in answer.json()["detail"]
    assert running.ordered == []


def test_an_unknown_command_is_not_found(running: Running) -> None:
    assert running.http.get("/api/v1/commands/none").status_code == 404


def test_a_command_without_the_header_is_refused(running: Running) -> None:
    assert running.http.post("/api/v1/commands", json=ADD).status_code == 403
