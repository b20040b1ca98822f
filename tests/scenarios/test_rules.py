"""Every alarm is answered by its rule, and its end gives back what was taken."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.builders.operator import inject
from tests.builders.running import of_kind
from tests.scenarios.given import BTC, ETH, SOL, TOPIC, WRITTEN, Story
from trimtab.domain.canonical import hash_of
from trimtab.domain.commands import InjectEvent
from trimtab.domain.configuration import Configuration, Costs
from trimtab.domain.decisions import (
    AdaptationApplied,
    AdaptationJudged,
    AdaptationProposed,
    OrderIntended,
)
from trimtab.domain.units import MARKET, Coin

FLAT = (100.0, 50.0, 10.0)


COSTLY = replace(WRITTEN, costs=Costs())
"""A guard is sized by what a trade costs."""


def awake(written: Configuration = WRITTEN) -> Story:
    story = Story(written)
    for _ in range(3):
        story.an_hour_at(*FLAT)
    return story


def alarm(story: Story, event: str, coin: Coin, strength: float = 1.0) -> InjectEvent:
    told = inject(story.now, event, coin, strength)
    return replace(told, topic=TOPIC) if event.startswith("allora") else told


@pytest.mark.parametrize(
    ("event", "coin", "strength", "rule", "scope"),
    [
        ("correlation_breakdown", SOL, 0.8, "diversify_positions", (BTC, ETH, SOL)),
        ("allora_accuracy_drop", MARKET, 1.0, "pause_topic", (BTC, ETH, SOL)),
        ("volume_anomaly", ETH, -6.0, "widen_slippage_guard", (ETH,)),
    ],
)
def test_an_alarm_is_answered_and_when_it_is_over_everything_is_as_written(
    event: str, coin: Coin, strength: float, rule: str, scope: tuple[Coin, ...]
) -> None:
    story = awake(COSTLY)
    facts = story.hear(alarm(story, event, coin, strength))
    proposed, applied = facts[1], of_kind(facts, AdaptationApplied)[0]
    assert isinstance(proposed, AdaptationProposed)
    assert (applied.rule, applied.trigger, applied.scope) == (rule, event, scope)
    assert applied.because == proposed.because
    assert applied.before_hash == hash_of(COSTLY) != applied.after_hash
    assert applied.expected.low <= applied.expected.net_edge <= applied.expected.high
    story.an_hour_at(*FLAT)
    facts = story.hear(alarm(story, f"{event}_over", coin, 1.0))
    assert of_kind(facts, AdaptationJudged)[0].verdict == "inconclusive"
    assert of_kind(facts, AdaptationApplied)[0].after_hash == hash_of(COSTLY)
    assert hash_of(story.mind.adaptation.configuration) == hash_of(COSTLY)
    assert len(story.mind.books.records) == 2


def test_a_paused_topic_orders_nothing_until_it_recovers() -> None:
    story = awake()
    story.hear(alarm(story, "allora_accuracy_drop", MARKET))
    assert not of_kind(story.forecast(0.02, 0.02, 0.02), OrderIntended)
    story.an_hour_at(*FLAT)
    story.hear(alarm(story, "allora_accuracy_drop_over", MARKET))
    assert of_kind(story.forecast(0.02, 0.02, 0.02), OrderIntended)


def test_coins_that_part_are_traded_smaller() -> None:
    plain, careful = awake(), awake()
    careful.hear(alarm(careful, "correlation_breakdown", SOL, 0.8))
    before = of_kind(plain.forecast(0.02, 0.02, 0.02), OrderIntended)
    after = of_kind(careful.forecast(0.02, 0.02, 0.02), OrderIntended)
    for one, other in zip(before, after, strict=True):
        assert one.coin == other.coin
        assert other.size < one.size
