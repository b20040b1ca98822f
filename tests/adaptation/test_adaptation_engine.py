"""From a market event to a contract: what is told, what is in force, what is superseded."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from tests.adaptation.given import (
    BTC,
    ETH,
    QUICK,
    SOL,
    WRITTEN,
    cell,
    engine,
    hours,
    regime,
    seen,
    situation,
    spike,
)
from tests.builders.running import of_kind
from trimtab.adaptation.adaptation_engine import AdaptationEngine
from trimtab.adaptation.changes import applied
from trimtab.adaptation.contracts import MOST_OPEN
from trimtab.domain.canonical import hash_of
from trimtab.domain.configuration import Change, Configuration, Stage
from trimtab.domain.decisions import (
    AdaptationApplied,
    AdaptationJudged,
    AdaptationProposed,
    AdaptationRefused,
    CryptoMixChanged,
    Decision,
    RiskAdjustment,
    SafetyPaused,
    SafetyResumed,
    StageChanged,
)
from trimtab.domain.event_types import MarketEvent, PerformanceDegradation
from trimtab.domain.units import Coin, Leverage

KNOWN = (cell(QUICK, SOL, 56, 121),)
WEAK_SOL = [[0.9, 0.9, 0.1], [0.9, 0.9, 0.9]]


def after(
    *events: MarketEvent, start: AdaptationEngine | None = None
) -> tuple[AdaptationEngine, list[Decision]]:
    """The engine after the events, and everything it said; trials prove nothing."""
    now, told = start or engine(), list[Decision]()
    for event in events:
        trials = [seen()] * len(now.contracts)
        now, facts = now.on_event(event, situation(WEAK_SOL, cells=KNOWN), trials)
        told += facts
    return now, told


def test_an_applied_change_tells_its_whole_contract() -> None:
    now, told = after(spike(SOL, 2.5))
    proposed, fact, _ = told
    assert isinstance(proposed, AdaptationProposed)
    assert isinstance(fact, AdaptationApplied)
    expected = replace(WRITTEN, risk=replace(WRITTEN.risk, coin_leverage={SOL: Leverage(2.0)}))
    assert (fact.before_hash, fact.after_hash) == (hash_of(WRITTEN), hash_of(expected))
    assert applied(WRITTEN, fact.change) == expected
    assert applied(expected, fact.inverse) == WRITTEN
    assert fact.leverage == WRITTEN.risk.leverage
    assert fact.change == Change(coin_leverage={SOL: Leverage(2.0)})
    assert fact.inverse == Change(coin_leverage={SOL: Leverage(5.0)})
    assert (fact.rule, fact.trigger, fact.stage) == ("tighten_risk", "volatility_spike", "full")
    assert (fact.confidence, fact.evidence) == (0.9, {"ratio": 2.5})
    assert fact.expected == proposed.expected
    assert fact.counterfactual == 2
    assert now.configuration == expected
    assert now.next_deadline == fact.expected.deadline


def test_a_change_of_risk_and_a_change_of_the_mix_are_told_as_such() -> None:
    _, told = after(spike(BTC, 4.0), regime("bear", at=1))
    because = "BTC moves 4.0 times more than usual: leverage 2x to 0.5x"
    risk, mix = of_kind(told, RiskAdjustment)[0], of_kind(told, CryptoMixChanged)[0]
    assert (risk.coin, risk.before, risk.after, risk.because) == (BTC, 2.0, 0.5, because)
    assert (mix.topic, mix.added, mix.removed) == (QUICK, (), (SOL,))


def test_every_adaptation_has_a_name_of_its_own() -> None:
    _, told = after(spike(BTC), spike(SOL), spike(ETH))
    names = [fact.adaptation for fact in of_kind(told, AdaptationApplied)]
    assert len(set(names)) == 3


def test_counterfactuals_trade_the_configuration_in_force_with_one_change_undone() -> None:
    now, _ = after(spike(SOL, 2.5), spike(BTC, 4.0))
    without_sol, without_btc = now.counterfactuals()
    assert (without_sol.risk.of(SOL), without_sol.risk.of(BTC)) == (5.0, 0.5)
    assert (without_btc.risk.of(SOL), without_btc.risk.of(BTC)) == (2.0, 2.0)


def test_a_change_of_the_same_coin_takes_the_place_of_the_open_one() -> None:
    now, told = after(spike(SOL, 2.5), spike(SOL, 5.0, at=1))
    first, second = of_kind(told, AdaptationApplied)
    (judged,) = of_kind(told, AdaptationJudged)
    assert (judged.adaptation, judged.verdict) == (first.adaptation, "superseded")
    assert [one.adaptation for one in now.contracts] == [second.adaptation]
    assert told.index(judged) < told.index(second)


def test_going_back_to_what_was_written_ends_the_contract_and_opens_none() -> None:
    now, told = after(spike(SOL, 2.5), spike(SOL, 1.0, at=5, over=True))
    assert of_kind(told, AdaptationJudged)[0].verdict == "inconclusive"
    assert of_kind(told, AdaptationApplied)[1].counterfactual is None
    assert now.contracts == ()
    assert now.rollout.judged == 1
    assert [one.judged for one in now.learner.experts.values()] == [1]
    assert hash_of(now.configuration) == hash_of(WRITTEN)


@pytest.mark.parametrize(
    ("stage", "because"), [("shadow", "stage shadow"), ("limited", None), ("full", None)]
)
def test_what_is_not_safe_is_proposed_and_refused(stage: Stage, because: str | None) -> None:
    now, told = after(spike(SOL, 2.5), start=engine(stage))
    proposed = of_kind(told, AdaptationProposed)[0]
    refusals = of_kind(told, AdaptationRefused)
    if because is None:
        assert not refusals
        return
    assert refusals[0].because.startswith(because)
    assert refusals[0].adaptation == proposed.adaptation
    assert now.configuration == WRITTEN


def test_a_ninth_change_that_reduces_risk_is_made_without_being_measured() -> None:
    coins = tuple(Coin(f"C{number}") for number in range(MOST_OPEN + 1))
    now = engine(configuration=replace(WRITTEN, mix={QUICK: coins}))
    told: list[Decision] = []
    for coin in coins:
        moment = situation(written=now.written)._replace(coins=coins, sigmas=np.full(9, 0.01))
        moment = moment._replace(net_edge=np.zeros((2, 9)), probability=np.zeros((2, 9)))
        now, facts = now.on_event(spike(coin), moment, [seen()] * len(now.contracts))
        told += facts
    books = [fact.counterfactual for fact in of_kind(told, AdaptationApplied)]
    assert books == [2, 3, 4, 5, 6, 7, 8, 9, None]
    assert len(now.contracts) == MOST_OPEN
    assert now.configuration.risk.of(coins[-1]) < WRITTEN.risk.leverage


def test_a_fall_below_the_drawdown_limit_pauses_and_nothing_adapts_until_resumed() -> None:
    fall = PerformanceDegradation(hours(0), 0.2612, 0.25, 1.0, {})
    paused, told = after(fall, spike(SOL))
    because = "equity fell 26.1% from its peak, the limit is 25%"
    assert told[0] == SafetyPaused(hours(0), "safety_monitor", because)
    assert of_kind(told, AdaptationRefused)[0].because == f"the bot is paused: {because}"
    assert paused.paused
    resumed, facts = paused.resume(hours(1), "ada", "seen to")
    assert facts == [SafetyResumed(hours(1), "ada", "seen to")]
    assert not resumed.paused
    assert of_kind(after(spike(SOL, at=1), start=resumed)[1], AdaptationApplied)


def test_a_change_of_stage_is_told_and_holds() -> None:
    now, facts = engine("shadow").staged(hours(0), "limited", "a week without a fault")
    assert facts == [StageChanged(hours(0), "shadow", "limited", "a week without a fault")]
    assert now.safety.stage == "limited"


def test_an_operators_change_moves_what_was_written_and_ends_contracts_on_its_coins() -> None:
    measured, told = after(spike(SOL), spike(BTC))
    first, second = of_kind(told, AdaptationApplied)
    change = Change({QUICK: (BTC, ETH)})
    now, facts = measured.changed(hours(1), change, "delisted", [seen(), seen()])
    (ended,) = of_kind(facts, AdaptationJudged)
    assert (ended.adaptation, ended.verdict) == (first.adaptation, "superseded")
    assert [one.adaptation for one in now.contracts] == [second.adaptation]
    assert of_kind(facts, CryptoMixChanged)[0].removed == (SOL,)
    assert now.written.mix[QUICK] == now.configuration.mix[QUICK] == (BTC, ETH)


def test_the_engine_waits_as_long_as_its_longest_horizon_before_it_raises_risk_again() -> None:
    def wait(configuration: Configuration) -> int:
        return AdaptationEngine.of("bot", configuration, "full").safety.wait

    assert wait(WRITTEN) == max(topic.horizon for topic in WRITTEN.topics)
    assert wait(replace(WRITTEN, topics=())) == 0
