"""Whether changes did what was expected of them."""

from __future__ import annotations

from trimtab.domain.configuration import Change, Effect
from trimtab.domain.decisions import AdaptationApplied, AdaptationJudged
from trimtab.domain.facts import Fact
from trimtab.domain.units import AdaptationId, Bp, Leverage, Micros
from trimtab.lab.effect_calibration import FEWEST, calibration


def effect(mean: float) -> Effect:
    return Effect(Bp(mean), Bp(mean - 1.0), Bp(mean + 1.0), 0.5, Micros(10))


def applied(name: str, expected: float) -> AdaptationApplied:
    return AdaptationApplied(
        at=Micros(0), adaptation=AdaptationId(name), rule="tighten_risk", trigger="1",
        change=Change(), inverse=Change(), scope=(), because="", confidence=1.0,
        expected=effect(expected), evidence={}, stage="full", leverage=Leverage(1.0),
        before_hash="", after_hash="", counterfactual=None,
    )  # fmt: skip


def judged(
    name: str, measured: float, *, held: bool | None, shadow: bool = False
) -> AdaptationJudged:
    return AdaptationJudged(
        Micros(5), AdaptationId(name), "kept" if held else "superseded", "", effect(measured), 1.0,
        1.0, 9, shadow=shadow, as_expected=held,
    )  # fmt: skip


def test_expected_and_measured_are_means_of_what_ran_its_course() -> None:
    facts: list[Fact] = [
        applied("a", 1.0),
        applied("b", 3.0),
        applied("c", 50.0),
        applied("d", 9.0),
    ]
    facts += [judged("a", 2.0, held=True), judged("b", 6.0, held=False)]
    facts += [judged("c", 99.0, held=None), judged("d", 9.0, held=True, shadow=True)]
    one = calibration([facts])["tighten_risk"]
    assert (one.applied, one.ran, one.expected, one.measured) == (4, 2, 2.0, 4.0)
    assert one.verdicts == {"kept": 1, "superseded": 2}
    assert one.within is None


def test_the_share_within_the_interval_needs_enough_of_them() -> None:
    facts: list[Fact] = []
    for number in range(FEWEST):
        facts += [applied(str(number), 1.0), judged(str(number), 1.0, held=number % 4 > 0)]
    assert calibration([facts])["tighten_risk"].within == 0.75


def test_ids_of_one_bot_do_not_meet_those_of_another() -> None:
    assert (
        calibration([[applied("a", 1.0)], [judged("a", 1.0, held=True)]])["tighten_risk"].ran == 0
    )
