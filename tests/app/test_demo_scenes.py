"""What a viewer of `make demo` sees in the first three minutes: the whole life of adaptations."""

from __future__ import annotations

from itertools import takewhile

import pytest

from trimtab.app.configuring import configuration
from trimtab.app.demo_market import synthetic_scenes
from trimtab.app.settings import Settings
from trimtab.app.starting import started_on
from trimtab.domain.decisions import (
    AdaptationApplied,
    AdaptationJudged,
    AdaptationRolledBack,
    CryptoMixChanged,
)
from trimtab.domain.event_types import AlloraAccuracyDrop, MarketRegimeChange
from trimtab.domain.facts import Derived
from trimtab.domain.units import DAY, MARKET, Micros
from trimtab.mind.mind import Mind
from trimtab.mind.react import react

SEED = 1
"""That of the command."""

WATCHED = Micros(15 * DAY)
"""Three minutes at the command's speed of two hours a second."""


@pytest.fixture(scope="module")
def seen() -> list[Derived]:
    scenes = synthetic_scenes(SEED)
    recording = scenes.recording
    written = configuration(Settings(), recording.topics, recording.candles.coins)
    mind = Mind.of(started_on(recording, written, bot="demo"))
    for fact in scenes.past():
        mind, _ = react(mind, fact)
    seen: list[Derived] = []
    for fact in takewhile(lambda one: one.at <= scenes.present + WATCHED, scenes.live()):
        mind, told = react(mind, fact)
        seen += told
    return seen


def rules(seen: list[Derived]) -> list[str]:
    return [one.rule for one in seen if isinstance(one, AdaptationApplied)]


def test_the_market_changes_its_phase(seen: list[Derived]) -> None:
    changes = [one for one in seen if isinstance(one, MarketRegimeChange)]
    assert any(one.coin == MARKET for one in changes)


def test_the_mix_changes_for_a_reason(seen: list[Derived]) -> None:
    mixed = [one for one in seen if isinstance(one, AdaptationApplied) and one.change.mix]
    assert "adapt_crypto_mix" in {one.rule for one in mixed}
    told = {one.adaptation for one in seen if isinstance(one, CryptoMixChanged)}
    assert {one.adaptation for one in mixed if one.because} <= told


def test_risk_is_tightened(seen: list[Derived]) -> None:
    assert "tighten_risk" in rules(seen)


def test_a_drop_of_accuracy_pauses_its_topic(seen: list[Derived]) -> None:
    (drop, *_) = [one for one in seen if isinstance(one, AlloraAccuracyDrop)]
    paused = [one for one in seen if isinstance(one, AdaptationApplied) and one.change.mix]
    assert any(one.rule == "pause_topic" and drop.topic in one.change.mix for one in paused)


def test_an_adaptation_is_judged_and_one_is_taken_back(seen: list[Derived]) -> None:
    judged = {one.adaptation for one in seen if isinstance(one, AdaptationJudged)}
    back = [one for one in seen if isinstance(one, AdaptationRolledBack)]
    assert back
    assert back[0].adaptation in judged
