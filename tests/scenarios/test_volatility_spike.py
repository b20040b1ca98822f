"""A coin goes wild: less is risked on it, for a reason, until it is calm again."""

from __future__ import annotations

import numpy as np

from tests.builders.operator import inject
from tests.builders.running import of_kind
from tests.scenarios.given import BTC, SOL, WRITTEN, Story, quiet
from trimtab.domain.canonical import hash_of
from trimtab.domain.decisions import (
    AdaptationApplied,
    AdaptationJudged,
    AdaptationProposed,
    AdaptationRefused,
    AdaptationRolledBack,
    RiskAdjustment,
)
from trimtab.domain.event_types import VolatilitySpike

FLAT = (100.0, 50.0, 10.0)


def awake() -> Story:
    story = Story()
    for _ in range(3):
        story.an_hour_at(*FLAT)
    return story


def test_a_simulated_spike_tightens_its_end_loosens_and_the_configuration_is_as_written() -> None:
    story = awake()
    facts = story.hear(inject(story.now, "volatility_spike", SOL, 4.0))
    assert [type(fact) for fact in facts] == [
        VolatilitySpike, AdaptationProposed, AdaptationApplied, RiskAdjustment,
    ]  # fmt: skip
    because = "SOL moves 4.0 times more than usual: leverage 2x to 0.5x"
    applied, risk = of_kind(facts, AdaptationApplied)[0], of_kind(facts, RiskAdjustment)[0]
    assert applied.because == risk.because == because
    assert (risk.coin, risk.before, risk.after) == (SOL, 2.0, 0.5)
    assert applied.before_hash == hash_of(WRITTEN)

    story.an_hour_at(*FLAT)
    facts = story.hear(inject(story.now, "volatility_spike_over", SOL))
    assert [type(fact) for fact in facts] == [
        VolatilitySpike, AdaptationProposed, AdaptationJudged, AdaptationApplied, RiskAdjustment,
    ]  # fmt: skip
    applied, risk = of_kind(facts, AdaptationApplied)[0], of_kind(facts, RiskAdjustment)[0]
    assert risk.because == "SOL moves as usual again: leverage back from 0.5x to 2x"
    assert applied.after_hash == hash_of(WRITTEN)
    assert hash_of(story.mind.adaptation.configuration) == hash_of(WRITTEN)


def test_a_real_burst_is_noticed_answered_and_forgiven() -> None:
    closes = quiet(500)
    burst = np.ones(500)
    burst[300:308] = 1.04 ** np.array([1, -1, 1, -1, 1, -1, 1, -1])
    closes[:, 2] *= np.cumprod(burst)
    story = Story()
    story.hours_at(closes)

    spikes = [event for event in of_kind(story.told, VolatilitySpike) if event.coin == SOL]
    began, over = [event for event in spikes if event.at > story.mind.started.at + 290 * 3.6e9]
    assert (began.over, over.over) == (False, True)
    assert 300 <= (began.at - story.mind.started.at) / 3.6e9 <= 308

    tightened, loosened = [
        fact
        for fact in of_kind(story.told, RiskAdjustment)
        if fact.coin == SOL and fact.at >= began.at
    ]
    assert tightened.at == began.at
    assert loosened.at == over.at
    assert tightened.after < tightened.before == loosened.after == 2.0
    assert tightened.because.startswith(f"SOL moves {began.ratio:.1f} times more than usual")
    assert hash_of(story.mind.adaptation.configuration) == hash_of(WRITTEN)


def test_a_tightening_that_costs_more_than_it_saves_is_taken_back_by_itself() -> None:
    story = awake()
    story.hear(inject(story.now, "volatility_spike", SOL, 2.0))
    price = 10.0
    while not of_kind(story.told, AdaptationRolledBack):
        assert story.hours < 40, "nobody noticed"
        story.forecast(0.0, 0.0, 0.01)
        price *= 1.002
        story.an_hour_at(100.0, 50.0, price)
    (judged,) = of_kind(story.told, AdaptationJudged)
    (back,) = of_kind(story.told, AdaptationRolledBack)
    assert judged.verdict == "rolled_back"
    assert judged.evidence_of_harm >= 20.0
    assert judged.measured.net_edge < 0.0
    assert back.configuration_hash == hash_of(WRITTEN)
    risk = of_kind(story.told, RiskAdjustment)[-1]
    assert risk.because == "rolled back: it did worse than going on without it"
    assert len(story.mind.books.records) == 2


def test_a_tightening_that_proves_nothing_is_kept_at_its_deadline() -> None:
    story = awake()
    story.hear(inject(story.now, "volatility_spike", BTC, 2.0))
    for _ in range(73):
        story.an_hour_at(*FLAT)
    (judged,) = of_kind(story.told, AdaptationJudged)
    assert judged.verdict == "inconclusive"
    assert judged.because == "not proven by its deadline; kept, as it reduces risk"
    assert judged.at == of_kind(story.told, AdaptationApplied)[0].expected.deadline
    assert story.mind.adaptation.configuration.risk.of(BTC) == 1.0
    assert not of_kind(story.told, AdaptationRefused)
