"""Exercises in which an adaptation fails half-way: nothing is left of it, and trading goes on."""

from __future__ import annotations

import pytest

from tests.builders.operator import inject
from tests.builders.running import of_kind
from tests.scenarios.given import BTC, ETH, SOL, WRITTEN, Story
from trimtab.adaptation.steps import STEPS
from trimtab.domain.canonical import hash_of
from trimtab.domain.decisions import AdaptationApplied, AdaptationFailed

FLAT = (100.0, 50.0, 10.0)
EVERY = 20
"""One of so many changes is made to fail."""


def awake() -> Story:
    story = Story()
    for _ in range(3):
        story.an_hour_at(*FLAT)
    return story


@pytest.mark.parametrize("step", STEPS)
def test_a_change_that_fails_half_way_is_undone_and_told(step: str) -> None:
    story = awake()
    story.hear(inject(story.now, f"fault_in_{step}", SOL))
    facts = story.hear(inject(story.now, "volatility_spike", SOL, 4.0))
    (failed,) = of_kind(facts, AdaptationFailed)
    assert failed.step == step
    assert failed.restored_hash == hash_of(WRITTEN)
    assert hash_of(story.mind.adaptation.configuration) == hash_of(WRITTEN)
    assert len(story.mind.books.records) == 2
    assert not of_kind(facts, AdaptationApplied)
    story.an_hour_at(*FLAT)
    assert of_kind(story.hear(inject(story.now, "volatility_spike", SOL, 4.0)), AdaptationApplied)


def test_of_two_hundred_changes_more_than_95_in_100_are_made_and_each_failure_is_explained() -> (
    None
):
    story, asked = awake(), 0
    while asked < 200:
        coin = (BTC, ETH, SOL)[asked // 2 % 3]
        if asked % EVERY == 7:
            step = STEPS[asked // EVERY % len(STEPS)]
            story.hear(inject(story.now, f"fault_in_{step}", coin))
        over = "_over" if asked % 2 else ""
        before = hash_of(story.mind.adaptation.configuration)
        facts = story.hear(inject(story.now, f"volatility_spike{over}", coin, 3.0))
        for failed in of_kind(facts, AdaptationFailed):
            assert failed.restored_hash == before
            assert failed.error
            facts = story.hear(inject(story.now, f"volatility_spike{over}", coin, 3.0))
        assert len(of_kind(facts, AdaptationApplied)) == 1
        asked += 1
        story.an_hour_at(*FLAT)
    rate = story.mind.adaptation.success.rate
    applied = len(of_kind(story.told, AdaptationApplied))
    failures = len(of_kind(story.told, AdaptationFailed))
    assert (applied, failures) == (200, 10)
    assert rate is not None
    assert rate == pytest.approx(applied / (applied + failures))
    assert rate > 0.95
    assert hash_of(story.mind.adaptation.configuration) == hash_of(WRITTEN)
