"""May this be done now? Every refusal has its reason, and the first one counts."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.adaptation.given import BTC, ETH, SOL, hours, proposal
from trimtab.adaptation.contracts import MOST_OPEN, Contract
from trimtab.adaptation.safety_monitor import Approved, SafetyMonitor
from trimtab.domain.configuration import Change, Stage
from trimtab.domain.decisions import AdaptationProposed, AdaptationRefused
from trimtab.domain.units import HOUR, Coin, Micros

NOTHING = Change()
SAFE = SafetyMonitor("full", Micros(8 * HOUR))
REDUCES = proposal(NOTHING, (SOL,))
RAISES = proposal(NOTHING, (SOL,), reduces_risk=False)
FULL_HOUSE = tuple(
    Contract.of(proposal(NOTHING, (Coin(f"COIN{place}"),)), NOTHING) for place in range(MOST_OPEN)
)


def reason(
    monitor: SafetyMonitor, asked: AdaptationProposed, contracts: tuple[Contract, ...] = ()
) -> str | None:
    """Why not; None where it may be done."""
    answer = monitor.is_safe_to_adapt(asked, contracts)
    if isinstance(answer, Approved):
        assert answer.proposal is asked
        return None
    assert answer == AdaptationRefused(
        asked.at, asked.rule, asked.trigger, answer.because, asked.adaptation
    )
    return answer.because


def test_what_nothing_speaks_against_is_approved() -> None:
    assert reason(SAFE, RAISES) is None


@pytest.mark.parametrize("stage", ["shadow", "limited", "full"])
def test_a_pause_beats_everything_else(stage: Stage) -> None:
    paused = SafetyMonitor(stage, SAFE.wait, "lunch", {SOL: RAISES.at})
    assert reason(paused, RAISES, FULL_HOUSE) == "the bot is paused: lunch"
    assert reason(paused, REDUCES) == "the bot is paused: lunch"


def test_in_shadow_nothing_is_changed() -> None:
    shadow = replace(SAFE, stage="shadow")
    assert reason(shadow, REDUCES) == "stage shadow: decisions are recorded, nothing is changed"


@pytest.mark.parametrize(
    ("scope", "reduces_risk", "allowed"),
    [((SOL,), False, True), ((BTC, ETH), True, True), ((BTC, ETH), False, False)],
)
def test_the_limited_stage_takes_what_reduces_risk_or_touches_one_coin(
    scope: tuple[Coin, ...], *, reduces_risk: bool, allowed: bool
) -> None:
    asked = proposal(NOTHING, scope, reduces_risk=reduces_risk)
    because = reason(replace(SAFE, stage="limited"), asked)
    obstacle = "stage limited: only changes that reduce risk or touch one coin"
    assert because == (None if allowed else obstacle)


def test_no_more_changes_are_measured_at_once_than_can_be() -> None:
    assert reason(SAFE, RAISES, FULL_HOUSE) == (
        "8 changes are being measured already, and 8 is the most"
    )
    assert reason(SAFE, RAISES, FULL_HOUSE[1:]) is None


def test_what_reduces_or_restores_is_never_crowded_out() -> None:
    assert reason(SAFE, REDUCES, FULL_HOUSE) is None
    assert reason(SAFE, replace(RAISES, restores=True), FULL_HOUSE) is None


def test_a_change_that_takes_the_place_of_an_open_one_does_not_crowd() -> None:
    taken = proposal(NOTHING, FULL_HOUSE[0].scope, reduces_risk=False)
    assert reason(SAFE, taken, FULL_HOUSE) is None


@pytest.mark.parametrize(
    ("since", "because"), [(7.9, "SOL changed less than 8 h ago"), (8.0, None)]
)
def test_risk_is_not_raised_again_at_once(since: float, because: str | None) -> None:
    hasty = replace(SAFE, changed={SOL: hours(-since)})
    assert reason(hasty, RAISES) == because
    assert reason(hasty, REDUCES) is None


def test_what_a_spike_took_is_given_back_without_waiting() -> None:
    hasty = replace(SAFE, changed={SOL: hours(-1)})
    assert reason(hasty, replace(RAISES, restores=True)) is None


def test_nobody_but_the_safety_monitor_makes_an_approval() -> None:
    package = Path(__file__).parents[2] / "src" / "trimtab"
    makers = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and _name(node.func) == "Approved"
    }
    assert makers == {"adaptation/safety_monitor.py"}


def _name(called: ast.expr) -> str:
    return ast.unparse(called).rpartition(".")[2]
