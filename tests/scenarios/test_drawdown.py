"""The bot loses more than it may: it says so, stops entering, and waits for a person."""

from __future__ import annotations

import pytest

from tests.builders.operator import inject
from tests.builders.running import of_kind
from tests.scenarios.given import ACTOR, HORIZON, SOL, Story, limited_to
from trimtab.domain.commands import Resume
from trimtab.domain.decisions import (
    AdaptationRefused,
    ForecastsWeighed,
    OrderIntended,
    SafetyPaused,
    SafetyResumed,
)
from trimtab.domain.event_types import PerformanceDegradation
from trimtab.domain.reasons import Reason

FLAT = (100.0, 50.0, 10.0)
FALLEN = (85.0, 42.5, 8.5)
LONG = (0.01, 0.01, 0.01)


def long_everywhere(story: Story) -> Story:
    story.an_hour_at(*FLAT)
    story.forecast(*LONG)
    story.an_hour_at(*FLAT)
    return story


def test_below_the_limit_the_bot_pauses_refuses_and_goes_on_when_resumed() -> None:
    story = long_everywhere(Story(limited_to(0.25)))
    facts = story.an_hour_at(*FALLEN)
    (event,), (paused,) = of_kind(facts, PerformanceDegradation), of_kind(facts, SafetyPaused)
    # Longs of 6,000 dollars lose 15 %: 900 of 3,000.
    assert event.drawdown == pytest.approx(0.3)
    assert event.evidence == pytest.approx({"equity": 2_100.0, "peak": 3_000.0})
    assert paused.by == "safety_monitor"
    assert paused.because == "equity fell 30.0% from its peak, the limit is 25%"

    (refused,) = of_kind(
        story.hear(inject(story.now, "volatility_spike", SOL, 4.0)), AdaptationRefused
    )
    assert refused.because == f"the bot is paused: {paused.because}"
    story.an_hour_at(*FALLEN)
    (weighed,) = of_kind(story.forecast(*LONG), ForecastsWeighed)
    assert weighed.reasons == ((Reason.PAUSED,) * 3,)

    (resumed,) = story.hear(Resume(story.now, ACTOR, "the stop was right, go on"))
    assert resumed == SafetyResumed(story.now, ACTOR, "the stop was right, go on")
    facts = story.forecast(*LONG)
    assert len(of_kind(facts, OrderIntended)) == 3
    assert not of_kind(story.an_hour_at(*FALLEN), PerformanceDegradation)


def test_half_way_to_the_limit_the_bot_says_so_once_and_goes_on() -> None:
    story = long_everywhere(Story(limited_to(0.25)))
    facts = [*story.an_hour_at(92.0, 46.0, 9.2), *story.an_hour_at(91.0, 45.5, 9.1)]
    (event,) = of_kind(facts, PerformanceDegradation)
    assert (event.kind, event.limit) == ("soft_drawdown", 0.125)
    assert event.drawdown == pytest.approx(0.16)
    assert not of_kind(facts, SafetyPaused)


def test_what_is_open_is_still_closed_when_its_time_is_over() -> None:
    story = long_everywhere(Story(limited_to(0.25)))
    story.an_hour_at(*FALLEN)
    for _ in range(HORIZON):
        story.an_hour_at(*FALLEN)
    assert not story.mind.books.positions["lots"][0].any()


def test_within_the_limit_and_without_one_nothing_is_paused() -> None:
    for drawdown in (0.31, None):
        story = long_everywhere(Story(limited_to(drawdown)))
        assert not of_kind(story.an_hour_at(*FALLEN), SafetyPaused)


def test_one_fall_is_told_once() -> None:
    story = long_everywhere(Story(limited_to(0.25)))
    story.an_hour_at(*FALLEN)
    story.an_hour_at(84.0, 42.0, 8.4)
    assert len(of_kind(story.told, PerformanceDegradation)) == 1
