"""A verdict falls on evidence at any time, or at the deadline without it."""

from __future__ import annotations

from math import log

import pytest
from msgspec.structs import replace

from tests.adaptation.given import SOL, hours, proposal, seen
from trimtab.adaptation.contracts import Contract
from trimtab.adaptation.judge import Measured, judge, measured, outlived, takes_back
from trimtab.domain.configuration import Change, Effect
from trimtab.domain.units import Bp

DEADLINE = 72.0


def contract(*, reduces_risk: bool = True) -> Contract:
    return Contract.of(proposal(Change(), (SOL,), reduces_risk=reduces_risk), Change())


@pytest.mark.parametrize(
    ("harm", "good", "verdict", "because"),
    [
        (20.0, 1.0, "rolled_back", "it did worse than going on without it"),
        (1.0, 20.0, "kept", "it did better than going on without it"),
    ],
)
def test_evidence_decides_before_the_deadline(
    harm: float, good: float, verdict: str, because: str
) -> None:
    told = judge(hours(1), contract(), seen(harm, good))
    assert told is not None
    assert (told.verdict, told.because) == (verdict, because)
    assert (told.evidence_of_harm, told.evidence_of_help) == (harm, good)


def test_without_evidence_there_is_no_verdict_before_the_deadline() -> None:
    assert judge(hours(DEADLINE - 1), contract(), seen(19.9, 19.9)) is None


@pytest.mark.parametrize(
    ("reduces_risk", "verdict", "because"),
    [
        (True, "inconclusive", "not proven by its deadline; kept, as it reduces risk"),
        (False, "inconclusive", "not proven by its deadline; taken back, as it adds risk"),
    ],
)
def test_at_the_deadline_risk_decides(verdict: str, because: str, *, reduces_risk: bool) -> None:
    told = judge(hours(DEADLINE), contract(reduces_risk=reduces_risk), seen(19.9, 19.9))
    assert told is not None
    assert (told.verdict, told.because) == (verdict, because)
    assert takes_back(contract(reduces_risk=reduces_risk), told) is not reduces_risk


@pytest.mark.parametrize(
    ("after", "mean", "held"),
    [
        (72.0, 1.9, True), (72.0, 2.1, False),
        (8.0, 5.9, True), (8.0, 6.1, False), (8.0, -6.1, False),
    ],
)  # fmt: skip
def test_a_reason_that_is_over_ends_it_and_what_was_expected_is_held_against_it(
    after: float, mean: float, *, held: bool
) -> None:
    # a mean of nothing, give or take 2 bp over 72 hours: over a ninth of them give or take 6
    expected = Effect(Bp(0.0), Bp(-2.0), Bp(2.0), 0.5, hours(DEADLINE))
    one = replace(contract(), opened=hours(0), expected=expected)
    told = outlived(hours(after), one, seen(19.9, 19.9, 10, 10 * mean))
    assert (told.verdict, told.as_expected) == ("inconclusive", held)
    assert told.because == "its reason is over after 10 bars: not proven either way by then"
    assert told.measured.net_edge == pytest.approx(mean)


def test_a_reason_that_is_over_before_a_bar_closed_teaches_nothing() -> None:
    assert outlived(hours(0), contract(), seen(bars=0)).as_expected is None


@pytest.mark.parametrize("reduces_risk", [True, False])
def test_proven_harm_is_taken_back_and_proven_help_is_not(*, reduces_risk: bool) -> None:
    one = contract(reduces_risk=reduces_risk)
    harmed, helped = judge(hours(1), one, seen(20.0, 1.0)), judge(hours(1), one, seen(1.0, 20.0))
    assert harmed is not None
    assert helped is not None
    assert (takes_back(one, harmed), takes_back(one, helped)) == (True, False)


def test_the_measured_effect_is_the_mean_and_its_interval() -> None:
    # Differences of 1, 2, 3 and 6 bp: mean 3, variance 12.5 - 9 = 3.5.
    told = judge(hours(DEADLINE), contract(), Measured(4, 12.0, 50.0, 1.0, 1.0))
    assert told is not None
    assert told.bars == 4
    assert told.measured.net_edge == pytest.approx(3.0)
    assert told.measured.low == pytest.approx(3.0 - 1.645 * (3.5 / 4.0) ** 0.5)
    assert told.measured.high == pytest.approx(3.0 + 1.645 * (3.5 / 4.0) ** 0.5)


def test_a_trial_that_saw_nothing_measured_nothing() -> None:
    told = judge(hours(DEADLINE), contract(), Measured(0, 0.0, 0.0, 1.0, 1.0))
    assert told is not None
    assert (told.measured.net_edge, told.measured.low, told.measured.high) == (0.0, 0.0, 0.0)


def test_the_evidence_is_the_mean_over_the_bets() -> None:
    told = measured((5, 1.0, 2.0), [log(1.0), log(2.0), log(6.0)], [0.0, 0.0, 0.0])
    assert told.harm == pytest.approx(3.0)
    assert told.help == pytest.approx(1.0)
