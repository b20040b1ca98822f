"""When the bot does worse than it may, what is behind is taken back."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.adaptation.given import BTC, ETH, SOL, WRITTEN, engine, fall, seen, situation, spike
from tests.builders.running import of_kind
from trimtab.adaptation.adaptation_engine import AdaptationEngine
from trimtab.adaptation.judge import Measured
from trimtab.domain.decisions import (
    AdaptationJudged,
    AdaptationRefused,
    AdaptationRolledBack,
    SafetyPaused,
)

BEHIND, FAR_BEHIND = seen(harm=1.5, total=-8.0), seen(harm=4.0, total=-30.0)
AHEAD, UNPROVEN = seen(harm=0.5, total=8.0), seen(harm=0.9, total=-1.0)


def three_open() -> AdaptationEngine:
    now = engine()
    for coin in (BTC, ETH, SOL):
        now, _ = now.on_event(spike(coin, 2.0), situation(), [seen()] * len(now.contracts))
    return now


THREE = three_open()
NAMES = [one.adaptation for one in THREE.contracts]
SOFT = fall(0.15, 0.10)
"""Below the limit at which trading pauses."""


def test_what_is_behind_is_taken_back_worst_evidence_first_and_the_rest_goes_on() -> None:
    now, facts = THREE.on_event(SOFT, situation(), [BEHIND, AHEAD, FAR_BEHIND])
    backs = of_kind(facts, AdaptationRolledBack)
    assert [one.adaptation for one in backs] == [NAMES[2], NAMES[0]]
    assert [one.verdict for one in of_kind(facts, AdaptationJudged)] == ["rolled_back"] * 2
    assert [one.adaptation for one in now.contracts] == [NAMES[1]]
    assert not now.paused
    for coin in (BTC, SOL):
        assert now.configuration.risk.of(coin) == WRITTEN.risk.of(coin)
    assert now.configuration.risk.of(ETH) < WRITTEN.risk.of(ETH)
    assert backs[0].because == (
        "the bot does worse than it may, and this change is behind: "
        "-30.0 bp in 10 bars, evidence of harm 4.0"
    )


@pytest.mark.parametrize("measured", [AHEAD, UNPROVEN, seen()])
def test_where_nothing_is_behind_nothing_is_taken_back(measured: Measured) -> None:
    now, facts = THREE.on_event(SOFT, situation(), [measured] * 3)
    assert now == THREE
    (refused,) = facts
    assert isinstance(refused, AdaptationRefused)
    assert refused.because == "no open change is behind: there is nothing to take back"


def test_at_the_drawdown_limit_trading_pauses_and_what_reduces_risk_stays() -> None:
    now, facts = THREE.on_event(fall(), situation(), [FAR_BEHIND] * 3)
    assert [type(fact) for fact in facts] == [SafetyPaused]
    assert now.paused
    assert now.contracts == THREE.contracts


def test_at_the_drawdown_limit_what_added_risk_and_is_behind_goes() -> None:
    raising = replace(THREE.contracts[0], reduces_risk=False)
    bolder = replace(THREE, contracts=(raising, *THREE.contracts[1:]))
    now, facts = bolder.on_event(fall(), situation(), [FAR_BEHIND] * 3)
    assert isinstance(facts[0], SafetyPaused)
    assert [one.adaptation for one in of_kind(facts, AdaptationRolledBack)] == [NAMES[0]]
    assert len(now.contracts) == 2
