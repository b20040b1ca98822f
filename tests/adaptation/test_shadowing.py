"""What is refused runs in a book of its own, and its worth is learnt."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.adaptation.given import (
    BTC,
    ETH,
    NAMED,
    QUICK,
    SOL,
    WRITTEN,
    drop,
    effect,
    engine,
    hours,
    odd_volume,
    parting,
    seen,
    situation,
    spike,
)
from tests.builders.running import of_kind
from trimtab.adaptation.adaptation_engine import AdaptationEngine
from trimtab.adaptation.adaptation_learner import AdaptationLearner, Expert
from trimtab.adaptation.contracts import MOST_OPEN
from trimtab.adaptation.judge import Measured
from trimtab.adaptation.shadowing import SLOTS
from trimtab.domain.canonical import hash_of
from trimtab.domain.configuration import Adapting
from trimtab.domain.decisions import (
    AdaptationApplied,
    AdaptationJudged,
    AdaptationProposed,
    AdaptationRefused,
    AdaptationRolledBack,
    Decision,
)
from trimtab.domain.event_types import MarketEvent
from trimtab.domain.units import Coin


def after(
    *events: MarketEvent, start: AdaptationEngine | None = None
) -> tuple[AdaptationEngine, list[Decision]]:
    now, told = start or engine("shadow"), list[Decision]()
    for event in events:
        moment = situation()._replace(context="bear")
        now, facts = now.on_event(event, moment, [seen()] * len(now.contracts))
        told += facts
    return now, told


def test_in_shadow_a_proposal_runs_in_a_book_that_trades_it_and_the_bot_does_not() -> None:
    now, told = after(spike(SOL, 2.5))
    proposed, refused = told
    assert isinstance(proposed, AdaptationProposed)
    assert isinstance(refused, AdaptationRefused)
    assert (refused.counterfactual, refused.context) == (2, "bear")
    assert now.configuration == WRITTEN
    (shadow,) = now.contracts
    assert shadow.shadow
    assert (shadow.rule, shadow.context) == ("tighten_risk", "bear")
    (book,) = now.counterfactuals()
    assert book.risk.of(SOL) == 2.0
    assert now.next_deadline == proposed.expected.deadline


def test_a_book_of_a_shadow_contract_is_read_with_the_sign_turned() -> None:
    assert Measured(5, -3.0, 9.0, 4.0, 0.2).turned() == Measured(5, 3.0, 9.0, 0.2, 4.0)


@pytest.mark.parametrize(
    ("measured", "verdict"), [(seen(harm=20.0), "rolled_back"), (seen(good=20.0), "kept")]
)
def test_its_verdict_changes_nothing_but_what_is_known(measured: Measured, verdict: str) -> None:
    start, _ = after(spike(SOL, 2.5))
    now, facts = start.judged(hours(9), [measured])
    (judged,) = facts
    assert isinstance(judged, AdaptationJudged)
    assert (judged.verdict, judged.shadow) == (verdict, True)
    assert (judged.rule, judged.context) == ("tighten_risk", "bear")
    assert not of_kind(facts, AdaptationRolledBack)
    assert now.configuration == WRITTEN
    assert now.contracts == ()
    assert now.learner.expert("tighten_risk", "bear").judged == 1
    assert now.rollout.judged == 1


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        (spike(SOL), spike(SOL, over=True)),
        (odd_volume(SOL), odd_volume(SOL, over=True)),
        (parting((ETH, SOL)), parting()),
        (drop(QUICK), drop(QUICK, over=True)),
    ],
)
def test_when_its_reason_is_over_it_ends(begins: MarketEvent, ends: MarketEvent) -> None:
    other, _ = after(spike(BTC))
    start, _ = after(begins, start=other)
    assert len(start.contracts) == 2
    now, facts = start.on_event(ends, situation(), [seen(), seen()])
    (judged,) = of_kind(facts, AdaptationJudged)
    because = "its reason is over after 10 bars: not proven either way by then"
    assert (judged.verdict, judged.because) == ("inconclusive", because)
    assert judged.as_expected is not None
    assert [one.scope for one in now.contracts] == [(BTC,)]


def test_the_same_rule_is_not_on_trial_twice_for_the_same_coin() -> None:
    now, told = after(spike(SOL, 2.5), spike(SOL, 5.0))
    assert len(now.contracts) == 1
    assert of_kind(told, AdaptationRefused)[1].counterfactual is None


def test_contracts_in_force_always_find_a_book() -> None:
    coins = tuple(Coin(f"C{number}") for number in range(SLOTS))
    wide = replace(WRITTEN, mix={QUICK: coins})
    moment = situation([[0.0] * 16] * 2, [[0.0] * 16] * 2, written=wide)
    moment = moment._replace(coins=coins, sigmas=moment.sigmas.repeat(6)[:16])
    now = engine("shadow", wide)
    for coin in coins:
        now, _ = now.on_event(spike(coin), moment, [seen()] * len(now.contracts))
    assert len(now.contracts) == SLOTS - MOST_OPEN
    full, _ = now.staged(hours(1), "full", "an exercise")
    for coin in coins[-MOST_OPEN:]:
        later = moment._replace(at=hours(2))
        full, _ = full.on_event(spike(coin, at=2), later, [seen()] * len(full.contracts))
    assert (len(full.in_force), len(full.contracts)) == (MOST_OPEN, SLOTS)


def test_a_paused_bots_books_do_not_trade_so_nothing_is_put_on_trial() -> None:
    paused, _ = engine().pause(hours(0), "ada", "lunch")
    now, told = after(spike(SOL), start=paused)
    assert now.contracts == ()
    assert of_kind(told, AdaptationRefused)[0].counterfactual is None


def test_a_change_in_force_that_touches_a_shadow_contract_ends_it() -> None:
    doubted = {"tighten_risk/bear": Expert(-1.0)}
    start = replace(engine(), learner=AdaptationLearner(doubted))
    shadowing, _ = after(spike(SOL), start=start)
    now, told = after(odd_volume(SOL), start=shadowing)
    assert of_kind(told, AdaptationJudged)[0].shadow
    assert [one.rule for one in now.contracts] == ["widen_slippage_guard"]


def test_a_doubted_rule_is_refused_and_goes_on_learning_in_its_own_book() -> None:
    start = replace(engine(), learner=AdaptationLearner({"tighten_risk/bear": Expert(-0.5, 7)}))
    now, told = after(spike(SOL), start=start)
    (refused,) = of_kind(told, AdaptationRefused)
    assert refused.because == (
        "learnt: in bear markets doing nothing has been better than tighten_risk: "
        "weight 0.38 of 1 after 7 judged"
    )
    assert refused.counterfactual == 2
    better, _ = now.judged(hours(60), [seen(good=30.0, bars=50, total=400.0)])
    assert better.learner.expert("tighten_risk", "bear").weight > 0.38


def test_giving_back_is_never_doubted() -> None:
    tight, _ = after(spike(SOL), start=engine())
    doubting = replace(tight, learner=AdaptationLearner({"tighten_risk/bear": Expert(-3.0)}))
    now, told = after(spike(SOL, over=True), start=doubting)
    assert of_kind(told, AdaptationApplied)
    assert hash_of(now.configuration) == hash_of(WRITTEN)


def test_what_was_changed_is_given_back_also_in_shadow() -> None:
    tight, _ = after(spike(SOL), start=engine())
    shadow, _ = tight.staged(hours(1), "shadow", "an exercise")
    now, _ = after(spike(SOL, over=True, at=2), start=shadow)
    assert hash_of(now.configuration) == hash_of(WRITTEN)


def test_a_learner_that_is_frozen_learns_nothing_more() -> None:
    frozen = replace(WRITTEN, adapting=Adapting(learn_until=hours(5)))
    start, _ = after(spike(SOL), start=engine("shadow", frozen))
    early, _ = start.judged(hours(4), [seen(good=20.0)])
    late, _ = start.judged(hours(5), [seen(good=20.0)])
    assert early.learner != start.learner
    assert late.learner == start.learner
    assert late.contracts == ()


def test_expected_effects_are_told_as_wide_as_they_have_to_be() -> None:
    wary = AdaptationLearner(alphas={"tighten_risk": 0.0})
    _, told = after(spike(SOL), start=replace(engine(), learner=wary))
    _, usual = after(spike(SOL), start=engine())
    wide, narrow = (of_kind(one, AdaptationProposed)[0].expected for one in (told, usual))
    assert wide == wary.calibrated("tighten_risk", narrow) != narrow
    assert of_kind(told, AdaptationApplied)[0].expected == wide
    assert wary.calibrated("tighten_risk", effect()).net_edge == effect().net_edge
    assert of_kind(told, AdaptationApplied)[0].adaptation != NAMED
