"""What rules are credited with, from adaptations that end in every way."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from tests.dashboard.story_parts import BEFORE, applied
from trimtab.domain.canonical import hash_of
from trimtab.domain.configuration import Effect
from trimtab.domain.decisions import (
    AdaptationApplied,
    AdaptationJudged,
    AdaptationRolledBack,
    Verdict,
)
from trimtab.domain.units import AdaptationId, Bp, Micros
from trimtab.trading.rule_effects import OPEN, RuleEffect, RuleEffects

NOW = Micros(0)
FIRST = next(one for one in applied(NOW, "bull", 3) if isinstance(one, AdaptationApplied))
cases = some.tuples(
    some.sampled_from(("tighten_risk", "adapt_crypto_mix")),
    some.sampled_from(get_args(Verdict)),
    some.floats(-50.0, 50.0),
    some.integers(0, 200),
    some.booleans(),
)


def begun(name: str, rule: str = "tighten_risk") -> AdaptationApplied:
    return replace(FIRST, adaptation=AdaptationId(name), rule=rule)


def judged(
    name: str, verdict: Verdict, edge: float, bars: int, rule: str, *, shadow: bool = False
) -> AdaptationJudged:
    measured = Effect(Bp(edge), Bp(edge), Bp(edge), 0.5, NOW)
    return AdaptationJudged(
        NOW, AdaptationId(name), verdict, "", measured, 1.0, 1.0, bars, rule, shadow=shadow
    )


def taken_back(name: str) -> AdaptationRolledBack:
    return AdaptationRolledBack(NOW, AdaptationId(name), "", BEFORE, hash_of(BEFORE))


@given(some.lists(cases, max_size=30))
def test_effects_of_all_rules_add_up_to_what_was_measured(
    drawn: list[tuple[str, Verdict, float, int, bool]],
) -> None:
    effects = RuleEffects()
    for number, (rule, verdict, edge, bars, shadow) in enumerate(drawn):
        if not shadow:
            effects = effects.after(begun(str(number), rule))
        ended = judged(str(number), verdict, edge, bars, rule, shadow=shadow)
        effects = effects.after(ended).after(taken_back(str(number)))
    real = [case for case in drawn if not case[4]]
    for rule, found in effects.by_rule.items():
        own = [case for case in real if case[0] == rule]
        assert found.effect == pytest.approx(sum(case[2] * case[3] for case in own), abs=1e-6)
        assert found.bars == sum(case[3] for case in own)
        assert found.applied == sum(found.verdicts.values()) == len(own)
    assert {case[0] for case in real} == effects.by_rule.keys()
    assert effects.open == {}


def test_what_a_person_takes_back_counts_without_an_effect() -> None:
    effects = RuleEffects().after(begun("a")).after(taken_back("a"))
    assert effects == RuleEffects({}, {"tighten_risk": RuleEffect(1, {"rolled_back": 1})})


def test_a_judgement_without_a_rule_goes_to_the_rule_that_applied_it() -> None:
    effects = RuleEffects().after(begun("a")).after(judged("a", "kept", 2.0, 5, ""))
    assert effects.by_rule["tighten_risk"] == RuleEffect(1, {"kept": 1}, 5, Bp(10.0))


def test_those_that_never_end_are_forgotten() -> None:
    effects = RuleEffects()
    for number in range(OPEN + 20):
        effects = effects.after(begun(str(number)))
    assert len(effects.open) == OPEN
    assert effects.by_rule["tighten_risk"].applied == OPEN + 20
