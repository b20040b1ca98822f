"""The market turns: topics keep the coins that they are good on in such a market."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from tests.builders.operator import inject
from tests.builders.running import of_kind
from tests.scenarios.given import ACTOR, BTC, ETH, HORIZON, SOL, TOPIC, WRITTEN, Story, quiet
from trimtab.adaptation.changes import applied
from trimtab.domain.canonical import hash_of
from trimtab.domain.commands import RollBack
from trimtab.domain.configuration import Change, Gate
from trimtab.domain.decisions import (
    AdaptationApplied,
    AdaptationRefused,
    AdaptationRolledBack,
    CryptoMixChanged,
    ForecastsWeighed,
)
from trimtab.domain.event_types import MarketRegimeChange
from trimtab.domain.market_context import PHASES
from trimtab.domain.reasons import Reason
from trimtab.domain.units import MARKET
from trimtab.mind.adapting import governed

HOURS = 500


def after_a_hard_school(*, until_applied: bool = False) -> Story:
    """A topic that was always right on BTC and ETH, and always wrong on SOL.

    To its end or, if so asked, until an adaptation was applied.
    """
    story, closes = Story(), quiet(HOURS)
    ahead = np.sign(closes[HORIZON:] - closes[:-HORIZON]) * (0.01, 0.01, -0.01)
    for row in range(HOURS - HORIZON):
        story.hours_at(closes[row : row + 1])
        if row % HORIZON == 0:
            story.forecast(*ahead[row].tolist())
        if until_applied and of_kind(story.told, AdaptationApplied):
            break
    return story


def test_when_the_market_turns_the_bad_coin_leaves_and_its_forecasts_are_traded_no_more() -> None:
    story = after_a_hard_school()
    (applied,) = of_kind(story.told, AdaptationApplied)
    (mix,) = of_kind(story.told, CryptoMixChanged)
    turn = next(
        event
        for event in of_kind(story.told, MarketRegimeChange)
        if event.at == applied.at and event.coin == MARKET
    )
    assert (mix.topic, mix.added, mix.removed) == (TOPIC, (), (SOL,))
    assert mix.because.startswith(
        f"The market went from {turn.before} to {turn.after}. "
        f"Not worth its costs anywhere in it: in {turn.after} markets {TOPIC} on SOL was right 0 %"
    )
    assert applied.change.mix == {TOPIC: (BTC, ETH)}
    assert applied.confidence == turn.confidence
    assert applied.counterfactual == 2
    (weighed,) = of_kind(story.forecast(0.01, 0.01, 0.01), ForecastsWeighed)
    assert weighed.reasons[0][2] == Reason.NOT_IN_MIX


def test_a_turn_after_which_nothing_has_to_change_is_explained() -> None:
    story = after_a_hard_school()
    phase = PHASES[story.mind.context.market_phase]
    (refused,) = of_kind(story.hear(inject(story.now, phase)), AdaptationRefused)
    assert f"to {phase}: no coin has to come or go; the best: in {phase}" in refused.because


def test_an_operator_who_knows_better_gets_the_mix_as_it_was() -> None:
    story = after_a_hard_school(until_applied=True)
    (applied,) = of_kind(story.told, AdaptationApplied)
    facts = story.hear(RollBack(story.now, ACTOR, "SOL was unlucky", applied.adaptation))
    assert of_kind(facts, AdaptationRolledBack)[0].configuration_hash == hash_of(WRITTEN)
    assert of_kind(facts, CryptoMixChanged)[0].added == (SOL,)
    assert len(story.mind.books.records) == 2


def test_in_a_market_of_which_nothing_was_learnt_nothing_is_dropped() -> None:
    story = Story()
    story.hours_at(quiet(100))
    facts = story.hear(inject(story.now, "volatile"))
    assert not of_kind(facts, AdaptationApplied)
    assert "no settled forecasts yet" in of_kind(facts, AdaptationRefused)[0].because


def test_a_coin_that_left_is_back_as_soon_as_its_own_gate_would_open() -> None:
    story = after_a_hard_school(until_applied=True)
    gated = replace(WRITTEN, gate=Gate(enter=0.0, leave=0.0))
    without = applied(gated, Change({TOPIC: (BTC, ETH)}))
    engine = replace(story.mind.adaptation, configuration=without, written=gated)
    story.mind = governed(story.mind, engine)
    facts = story.forecast(0.01, 0.01, 0.01)
    (weighed,) = of_kind(facts, ForecastsWeighed)
    (back,) = of_kind(facts, AdaptationApplied)
    assert weighed.reasons[0][2] != Reason.NOT_IN_MIX
    assert of_kind(facts, CryptoMixChanged)[0].added == (SOL,)
    assert back.after_hash == hash_of(gated)
    assert not of_kind(story.forecast(0.01, 0.01, 0.01), AdaptationApplied)
