"""A change is made whole or not at all; what fails is told, and nothing else has changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from tests.adaptation.given import (
    BTC,
    NAMED,
    QUICK,
    SLOW,
    SOL,
    WRITTEN,
    engine,
    hours,
    proposal,
    seen,
    situation,
    spike,
)
from tests.builders.running import of_kind
from trimtab.adaptation.applying import apply_whole
from trimtab.adaptation.safety_monitor import Approved
from trimtab.adaptation.steps import STEPS
from trimtab.adaptation.success_rate import LAST, SuccessRate
from trimtab.domain.canonical import hash_of
from trimtab.domain.configuration import Change
from trimtab.domain.decisions import (
    AdaptationApplied,
    AdaptationFailed,
    AdaptationJudged,
    AdaptationProposed,
)
from trimtab.domain.units import Bp, Coin, Leverage, TopicName

OPEN, _ = engine().on_event(spike(SOL, 2.0), situation(), [])
"""A change of SOL is being measured."""


@pytest.mark.parametrize("step", STEPS)
def test_a_fault_at_any_step_leaves_everything_as_it_was(step: str) -> None:
    armed = replace(OPEN, fault=step)
    now, facts = armed.on_event(spike(SOL, 4.0, at=2), situation(at=2), [seen()])
    (failed,) = of_kind(facts, AdaptationFailed)
    assert failed.step == step
    assert failed.error == "RuntimeError: an exercise: this step was told to fail"
    assert failed.restored_hash == hash_of(OPEN.configuration)
    assert not of_kind(facts, AdaptationApplied)
    assert not of_kind(facts, AdaptationJudged), "the open contract goes on"
    assert (now.configuration, now.contracts) == (OPEN.configuration, OPEN.contracts)
    assert now.safety == OPEN.safety
    proposals = of_kind(facts, AdaptationProposed)
    assert [one.adaptation for one in proposals] == [failed.adaptation] * (step != "propose")
    assert now.success.rate == 0.5


def test_after_a_fault_the_next_change_is_made() -> None:
    armed = replace(OPEN, fault="check")
    now, _ = armed.on_event(spike(SOL, 4.0, at=2), situation(at=2), [seen()])
    now, facts = now.on_event(spike(SOL, 4.0, at=3), situation(at=3), [seen()])
    assert of_kind(facts, AdaptationApplied)
    assert now.success.rate == pytest.approx(2.0 / 3.0)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (Change({TopicName("gone"): (BTC,)}), "mix: topic 'gone' is not in the catalogue"),
        (Change({QUICK: (Coin("X"),)}), "mix of quick-4h: ['X'] unknown or named twice"),
        (Change({SLOW: (BTC, BTC)}), "mix of slow-8h: ('BTC', 'BTC') unknown or named twice"),
        (Change(coin_leverage={SOL: Leverage(0.0)}), "leverage of SOL: 0.0 is not above 0"),
        (
            Change(coin_leverage={SOL: Leverage(float("nan"))}),
            "leverage of SOL: nan is not above 0",
        ),
        (Change(slippage_guard={SOL: Bp(-1.0)}), "slippage guard of SOL: -1.0 bp is not 0 or more"),
    ],
)
def test_what_cannot_be_traded_is_not_applied(change: Change, error: str) -> None:
    start = engine()
    asked = Approved(proposal(change, (SOL,)))
    now, facts = apply_whole(start, asked, [], situation())
    (failed,) = facts
    assert isinstance(failed, AdaptationFailed)
    assert (failed.adaptation, failed.step) == (NAMED, "check")
    assert failed.error == f"ValueError: {error}"
    assert now.configuration == WRITTEN
    assert failed.at == hours(0)


def test_a_rule_that_stumbles_stops_nobodys_trading() -> None:
    stranger = spike(Coin("GONE"), 3.0)
    now, facts = engine().on_event(stranger, situation(), [])
    (failed,) = facts
    assert isinstance(failed, AdaptationFailed)
    assert failed.step == "propose"
    assert now.configuration == WRITTEN


def test_there_is_no_rate_before_the_first_attempt() -> None:
    assert SuccessRate().rate is None


@given(some.lists(some.booleans(), min_size=1, max_size=3 * LAST))
def test_the_rate_is_that_of_the_last_thousand(outcomes: list[bool]) -> None:
    rate = SuccessRate()
    for good in outcomes:
        rate = rate.applied() if good else rate.failed()
    assert rate.rate == pytest.approx(sum(outcomes[-LAST:]) / len(outcomes[-LAST:]))
    assert len(rate.failures) <= LAST
