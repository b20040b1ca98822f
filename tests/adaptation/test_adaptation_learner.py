"""What judged contracts teach: whom to follow where, and how wide an interval has to be."""

from __future__ import annotations

from math import isfinite

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.adaptation.given import NAMED, effect, hours
from trimtab.adaptation.adaptation_learner import PRIOR, AdaptationLearner, Expert, loss
from trimtab.domain.configuration import Effect
from trimtab.domain.decisions import AdaptationJudged
from trimtab.domain.units import Bp, Micros
from trimtab.records.snapshot import decode, encode

RULE, CONTEXT = "tighten_risk", "bear"


def measured(errors: float) -> Effect:
    """An effect of so many standard errors."""
    return Effect(Bp(errors), Bp(errors - 1.645), Bp(errors + 1.645), 0.5, Micros(0))


def judged(
    errors: float,
    *,
    rule: str = RULE,
    context: str = CONTEXT,
    as_expected: bool | None = None,
    bars: int = 72,
) -> AdaptationJudged:
    return AdaptationJudged(
        hours(0), NAMED, "inconclusive", "an exercise", measured(errors), 1.0, 1.0, bars, rule,
        context, as_expected=as_expected,
    )  # fmt: skip


def taught(*facts: AdaptationJudged) -> AdaptationLearner:
    learner = AdaptationLearner()
    for fact in facts:
        learner = learner.after(fact)
    return learner


@pytest.mark.parametrize(
    ("errors", "expected"), [(0.0, 0.5), (4.5, 0.0), (-4.5, 1.0), (9.0, 0.0), (2.25, 0.25)]
)
def test_the_loss_is_the_effect_in_standard_errors_clipped(errors: float, expected: float) -> None:
    assert loss(measured(errors)) == pytest.approx(expected)


def test_a_contract_that_measured_nothing_is_neither_gain_nor_loss() -> None:
    assert loss(Effect(Bp(0.0), Bp(0.0), Bp(0.0), 0.5, Micros(0))) == 0.5


def test_a_rule_that_nobody_has_seen_is_followed() -> None:
    assert AdaptationLearner().doubt(RULE, CONTEXT) is None
    assert Expert().weight == pytest.approx(PRIOR)


def test_a_rule_that_harms_is_doubted_where_it_harmed_and_nowhere_else() -> None:
    learner = taught(*[judged(-2.0)] * 15)
    because = learner.doubt(RULE, CONTEXT)
    assert because is not None
    assert because.startswith("learnt: in bear markets doing nothing has been better than tighten")
    assert because.endswith("after 15 judged")
    assert learner.doubt(RULE, "bull") is None
    assert learner.doubt("pause_topic", CONTEXT) is None


def test_a_rule_that_helps_again_is_trusted_again() -> None:
    learner = taught(*[judged(-2.0)] * 15, *[judged(2.0)] * 30)
    assert learner.doubt(RULE, CONTEXT) is None


def test_however_bad_it_was_the_fixed_share_keeps_a_way_back() -> None:
    worst = taught(*[judged(-9.0)] * 500).expert(RULE, CONTEXT)
    assert isfinite(worst.odds)
    assert 0.005 < worst.weight < 0.1


def test_contracts_that_saw_nothing_or_name_no_rule_teach_nothing() -> None:
    assert taught(judged(-3.0, bars=0), judged(-3.0, rule="")) == AdaptationLearner()


@given(some.lists(some.floats(-9.0, 9.0), max_size=60))
def test_weights_stay_between_nothing_and_all(errors: list[float]) -> None:
    expert = taught(*map(judged, errors)).expert(RULE, CONTEXT)
    assert 0.0 < expert.weight < 1.0
    assert expert.judged == len(errors)


@given(some.lists(some.floats(-9.0, 9.0), min_size=1, max_size=40), some.integers(0, 40))
def test_what_was_learnt_survives_a_restart(errors: list[float], cut: int) -> None:
    facts = list(map(judged, errors))
    restored = decode(encode(taught(*facts[:cut])), AdaptationLearner)
    for fact in facts[cut:]:
        restored = restored.after(fact)
    assert restored == taught(*facts)


def test_hedge_loses_little_more_than_the_better_of_both_players() -> None:
    """The regret bound sqrt(T ln 2 / 2) plus what the prior and the fixed share cost."""
    random = np.random.default_rng(1)
    for mean in (-1.0, 0.0, 1.0):
        expert, own, rule, nothing = Expert(), 0.0, 0.0, 0.0
        for errors in random.normal(mean, 1.0, 64).tolist():
            lost = loss(measured(errors))
            own += expert.weight * lost + (1.0 - expert.weight) * 0.5
            rule, nothing = rule + lost, nothing + 0.5
            expert = expert.after(lost)
        assert own <= min(rule, nothing) + (64.0 * np.log(2.0) / 2.0) ** 0.5 + 4.0


def test_intervals_are_the_rules_own_until_they_have_been_judged() -> None:
    assert AdaptationLearner().calibrated(RULE, effect()) == effect()


def test_a_missed_interval_makes_the_next_ones_wider_around_the_same_mean() -> None:
    wider = taught(judged(0.0, as_expected=False)).calibrated(RULE, effect())
    assert wider.net_edge == effect().net_edge
    assert wider.low < effect().low
    assert wider.high > effect().high
    assert taught(judged(0.0, as_expected=False)).calibrated("other", effect()) == effect()


@pytest.mark.parametrize("scale", [0.3, 1.0, 4.0])
def test_after_fifty_contracts_intervals_hold_nine_in_ten_however_wrong_they_began(
    scale: float,
) -> None:
    """Outcomes of so many times the spread that the rule believes in."""
    random, learner, held = np.random.default_rng(3), AdaptationLearner(), list[bool]()
    believed = Effect(Bp(0.0), Bp(-1.645), Bp(1.645), 0.5, Micros(0))
    for outcome in random.normal(0.0, scale, 650).tolist():
        told = learner.calibrated(RULE, believed)
        held.append(told.low <= outcome <= told.high)
        learner = learner.after(judged(outcome, as_expected=held[-1]))
    assert 0.85 <= np.mean(held[50:]) <= 0.95
