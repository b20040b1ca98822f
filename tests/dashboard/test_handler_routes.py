"""What is in force now and what changed last, as anyone's program may ask for it."""

from __future__ import annotations

import pytest
from msgspec import json

from tests.dashboard.conftest import Running, told_until
from tests.dashboard.story import story
from trimtab.domain.canonical import decode, encode
from trimtab.ports import Recorded
from trimtab.records.crypto_mix_handler import CryptoMixHandler
from trimtab.records.handlers import Handler, folded
from trimtab.records.market_context_handler import MarketContextHandler
from trimtab.records.risk_adjustment_handler import RiskAdjustmentHandler

RECORDS = tuple(story(hours=300))
ROUTES: dict[str, Handler] = {
    "context": MarketContextHandler(),
    "mix": CryptoMixHandler(),
    "risk": RiskAdjustmentHandler(),
}


@pytest.mark.parametrize("name", ROUTES)
def test_each_handler_tells_what_it_makes_of_the_facts(running: Running, name: str) -> None:
    before = running.http.get(f"/api/v1/{name}").json()
    assert (before["seq"], before["changes"]) == (0, [])
    with running.socket() as page:
        running.hub.publish(RECORDS)
        told_until(page, RECORDS[-1].seq - 1)
    known = folded(ROUTES[name], RECORDS)
    assert running.http.get(f"/api/v1/{name}").json() == json.decode(encode(known))
    assert known.seq > 0


def test_facts_that_come_again_are_told_once(running: Running) -> None:
    again = [Recorded(seq, decode(encode(fact))) for seq, fact in RECORDS]
    with running.socket() as page:
        running.hub.publish(RECORDS)
        running.hub.publish(again)
        told_until(page, RECORDS[-1].seq - 1)
    changes = running.http.get("/api/v1/risk").json()["changes"]
    seqs = [change["seq"] for change in changes]
    assert seqs == sorted({*seqs})
    assert {change["because"] for change in changes} != {""}
