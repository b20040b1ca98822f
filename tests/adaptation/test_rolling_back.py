"""What was changed can be taken back: exactly, and each change by itself."""

from __future__ import annotations

from itertools import permutations

import pytest

from tests.adaptation.given import (
    BTC,
    ETH,
    QUICK,
    SLOW,
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
from trimtab.adaptation.judge import Measured
from trimtab.domain.canonical import hash_of
from trimtab.domain.decisions import (
    AdaptationJudged,
    AdaptationRefused,
    AdaptationRolledBack,
    CryptoMixChanged,
    RiskAdjustment,
)
from trimtab.domain.event_types import MarketEvent
from trimtab.domain.units import AdaptationId, Coin

SURE = 0.9


def weak(*coins: Coin) -> list[list[float]]:
    """The quick topic is not worth its costs on these coins."""
    return [[0.1 if coin in coins else SURE for coin in (BTC, ETH, SOL)], [SURE] * 3]


def open_after(*moments: tuple[MarketEvent, list[list[float]]]) -> AdaptationEngine:
    """An engine whose contracts have measured nothing yet."""
    now = engine()
    cells = tuple(cell(QUICK, coin, 50, 121) for coin in (BTC, ETH, SOL))
    for event, probability in moments:
        now, _ = now.on_event(event, situation(probability, cells=cells), _nothing(now))
    return now


def _nothing(now: AdaptationEngine) -> list[Measured]:
    return [seen()] * len(now.contracts)


TIGHT = open_after((spike(SOL), weak()))
"""SOL is tightened."""
THREE = open_after(
    (regime("bear"), weak(ETH)), (regime("bear", at=9), weak(ETH, SOL)), (spike(BTC, at=9), weak())
)
"""ETH left the quick topic's mix, then SOL did, then BTC was tightened."""


def test_what_harms_is_rolled_back_to_the_configuration_before_hash_for_hash() -> None:
    now, facts = TIGHT.judged(hours(1), [seen(harm=20.0)])
    judged, back, risk = facts
    assert isinstance(judged, AdaptationJudged)
    assert isinstance(back, AdaptationRolledBack)
    assert isinstance(risk, RiskAdjustment)
    assert judged.verdict == "rolled_back"
    assert back.configuration_hash == hash_of(now.configuration) == hash_of(WRITTEN)
    assert (risk.before, risk.after) == (2.0, 5.0)
    assert risk.because == "rolled back: it did worse than going on without it"
    assert now.contracts == ()


def test_what_helps_is_kept_and_measured_no_longer() -> None:
    now, facts = TIGHT.judged(hours(1), [seen(good=20.0)])
    assert [fact.verdict for fact in of_kind(facts, AdaptationJudged)] == ["kept"]
    assert now.configuration == TIGHT.configuration
    assert now.contracts == ()


def test_while_nothing_is_proven_nothing_happens() -> None:
    assert TIGHT.judged(hours(1), [seen()]) == (TIGHT, [])


def test_at_the_deadline_what_reduces_risk_stays() -> None:
    now, facts = TIGHT.judged(TIGHT.next_deadline, [seen()])
    assert of_kind(facts, AdaptationJudged)[0].verdict == "inconclusive"
    assert now.configuration == TIGHT.configuration
    assert now.contracts == ()


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_disjoint_changes_are_rolled_back_one_by_one_in_any_order(order: tuple[int, ...]) -> None:
    now, names = THREE, [one.adaptation for one in THREE.contracts]
    assert len(names) == 3
    for place in order:
        now, _ = now.rolled_back(hours(20), names[place], "an exercise")
    assert hash_of(now.configuration) == hash_of(WRITTEN)


def test_a_rollback_leaves_later_changes_of_the_same_topic_alone() -> None:
    dropped_eth = THREE.contracts[0].adaptation
    now, facts = THREE.rolled_back(hours(20), dropped_eth, "an exercise")
    (mix,) = of_kind(facts, CryptoMixChanged)
    assert (mix.added, mix.removed) == ((ETH,), ())
    assert now.configuration.mix == {QUICK: (BTC, ETH), SLOW: (BTC, SOL)}
    assert len(now.contracts) == 2


def test_a_counterfactual_lacks_its_own_change_only() -> None:
    without_eth_leaving, without_sol_leaving, _ = THREE.counterfactuals()
    assert without_eth_leaving.mix[QUICK] == (BTC, ETH)
    assert without_sol_leaving.mix[QUICK] == (BTC, SOL)


def test_an_operator_takes_a_change_back_and_the_reason_is_told() -> None:
    name = TIGHT.contracts[0].adaptation
    now, facts = TIGHT.rolled_back(hours(2), name, "I know better")
    back = of_kind(facts, AdaptationRolledBack)[0]
    assert (back.adaptation, back.because) == (name, "I know better")
    assert back.configuration == now.configuration == WRITTEN


def test_what_is_not_open_cannot_be_taken_back() -> None:
    now, (refused,) = TIGHT.rolled_back(hours(2), AdaptationId("gone"), "an exercise")
    assert isinstance(refused, AdaptationRefused)
    assert refused.because == "gone is not an open adaptation: nothing to take back"
    assert now == TIGHT
