"""Up the ladder by evidence and a person, one stage at a time; down by rule."""

from __future__ import annotations

from math import log

import pytest
from msgspec.structs import replace

from tests.adaptation.given import (
    FREE,
    NAMED,
    QUICK,
    SOL,
    WRITTEN,
    effect,
    engine,
    fall,
    hours,
    seen,
    situation,
    spike,
)
from tests.builders.running import of_kind
from trimtab.adaptation.adaptation_engine import AdaptationEngine
from trimtab.adaptation.held import Held
from trimtab.adaptation.rollout import ENOUGH_JUDGED, TOO_OFTEN, Rollout
from trimtab.domain.configuration import Stage
from trimtab.domain.decisions import (
    AdaptationJudged,
    AdaptationRefused,
    SafetyPaused,
    StageChanged,
    Verdict,
)

READY = Rollout(supervised=True, judged=ENOUGH_JUDGED, evidence=log(25.0))


def judged(
    good: float = 1.0, verdict: Verdict = "inconclusive", *, shadow: bool = True, bars: int = 9
) -> AdaptationJudged:
    return AdaptationJudged(
        hours(0), NAMED, verdict, "an exercise", effect(), 1.0, good, bars, shadow=shadow
    )


def supervised(stage: Stage, rollout: Rollout = READY) -> AdaptationEngine:
    return replace(AdaptationEngine.of("bot", WRITTEN, stage, supervised=True), rollout=rollout)


@pytest.mark.parametrize(
    ("rollout", "wanted", "held", "paused", "because"),
    [
        (READY, "limited", FREE, None, None),
        (READY, "full", FREE, None, "one stage at a time: from shadow to limited first"),
        (READY, "limited", FREE, "lunch", "an alarm is open: the bot is paused: lunch"),
        (
            READY, "limited", Held(paused={QUICK: (SOL,)}), None,
            "an alarm is open: the accuracy of quick-4h has dropped",
        ),
        (
            replace(READY, judged=19), "limited", FREE, None,
            "19 contracts have been judged in shadow; 20 are needed",
        ),
        (
            replace(READY, evidence=log(3.0)), "limited", FREE, None,
            "the evidence that adapting helps is 3 over 20 contracts; 20 is needed",
        ),
        (Rollout(), "full", FREE, "lunch", None),
    ],
)  # fmt: skip
def test_the_gate_says_what_is_missing(
    rollout: Rollout, wanted: Stage, held: Held, paused: str | None, because: str | None
) -> None:
    assert rollout.gate("shadow", wanted, held, paused) == because


@pytest.mark.parametrize(("now", "wanted"), [("full", "shadow"), ("limited", "limited")])
def test_down_or_nowhere_needs_no_gate(now: Stage, wanted: Stage) -> None:
    assert Rollout(supervised=True).gate(now, wanted, FREE, "lunch") is None


def test_e_values_of_contracts_multiply() -> None:
    rollout = Rollout(supervised=True)
    for good in (2.0, 5.0, 0.5):
        rollout = rollout.after("shadow", judged(good))
    assert rollout.judged == 3
    assert rollout.evidence == pytest.approx(log(5.0))


@pytest.mark.parametrize(
    ("stage", "fact"),
    [
        ("shadow", judged(9.0, shadow=False)),
        ("limited", judged(9.0, shadow=True)),
        ("shadow", judged(9.0, "superseded")),
        ("shadow", judged(9.0, bars=0)),
    ],
)
def test_only_what_ran_its_course_in_this_stage_counts(
    stage: Stage, fact: AdaptationJudged
) -> None:
    assert Rollout(supervised=True).after(stage, fact) == Rollout(supervised=True)


def test_a_person_is_refused_with_the_reason_and_may_insist() -> None:
    start = supervised("shadow", Rollout(supervised=True))
    same, facts = start.staged(hours(1), "limited", "it looks good")
    because = "0 contracts have been judged in shadow; 20 are needed"
    assert facts == [AdaptationRefused(hours(1), "operator", "set_stage", because)]
    assert same == start
    now, facts = start.staged(hours(1), "limited", "it looks good", force=True)
    why = f"it looks good (forced: {because})"
    assert facts == [StageChanged(hours(1), "shadow", "limited", why)]
    assert now.safety.stage == "limited"


def test_every_stage_begins_with_a_clean_sheet() -> None:
    now, facts = supervised("shadow").staged(hours(1), "limited", "the gate is met")
    assert facts == [StageChanged(hours(1), "shadow", "limited", "the gate is met")]
    assert now.rollout == Rollout(supervised=True)


@pytest.mark.parametrize(("stage", "below"), [("full", "limited"), ("limited", "shadow")])
def test_changes_that_prove_harmful_one_after_another_lead_down(stage: Stage, below: Stage) -> None:
    start = supervised(stage, replace(READY, harmful=TOO_OFTEN - 1))
    opened, _ = start.on_event(spike(SOL), situation(), [])
    now, facts = opened.judged(hours(1), [seen(harm=20.0)])
    (fact,) = of_kind(facts, StageChanged)
    assert (fact.before, fact.after) == (stage, below)
    assert fact.because == "3 changes in a row proved harmful"
    assert now.safety.stage == below
    assert now.configuration == WRITTEN


def test_one_that_did_not_breaks_the_row() -> None:
    rollout = Rollout(supervised=True)
    for verdict in ("rolled_back", "rolled_back", "kept", "rolled_back"):
        rollout = rollout.after("full", judged(verdict=verdict, shadow=False))
        assert rollout.demoted("full") is None


def test_what_proves_nothing_does_not_break_the_row() -> None:
    rollout = Rollout(supervised=True)
    for verdict in ("rolled_back", "inconclusive", "rolled_back", "inconclusive", "rolled_back"):
        assert rollout.demoted("full") is None
        rollout = rollout.after("full", judged(verdict=verdict, shadow=False))
    assert rollout.demoted("full") is not None


def test_a_safety_pause_leads_down_where_something_is_at_stake() -> None:
    now, facts = supervised("full").on_event(fall(), situation(), [])
    assert [type(fact) for fact in facts] == [SafetyPaused, StageChanged]
    assert now.safety.stage == "limited"
    playing, facts = engine().on_event(fall(), situation(), [])
    assert [type(fact) for fact in facts] == [SafetyPaused]
    assert playing.safety.stage == "full"


def test_below_shadow_there_is_nothing() -> None:
    now, facts = supervised("shadow").on_event(fall(), situation(), [])
    assert not of_kind(facts, StageChanged)
    assert now.safety.stage == "shadow"
