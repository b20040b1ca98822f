"""What the mix left out comes back when its own gate would open."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from tests.adaptation.given import (
    BTC,
    COINS,
    ETH,
    NAMED,
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
)
from tests.builders.running import of_kind
from trimtab.adaptation.adaptation_engine import AdaptationEngine
from trimtab.adaptation.changes import applied
from trimtab.adaptation.held import Held
from trimtab.adaptation.readmit_pairs import readmit_pairs, would_open
from trimtab.domain.canonical import hash_of
from trimtab.domain.configuration import Change
from trimtab.domain.decisions import (
    AdaptationApplied,
    AdaptationJudged,
    AdaptationProposed,
    CryptoMixChanged,
)
from trimtab.domain.units import DAY

NAN = float("nan")
WITHOUT_SOL = applied(WRITTEN, Change({QUICK: (BTC, ETH)}))
GATE = 0.75
CHANCES = some.lists(
    some.lists(some.floats(0.0, 1.0), min_size=3, max_size=3), min_size=2, max_size=2
)


@pytest.mark.parametrize(("chance", "opens"), [(NAN, False), (GATE, False), (0.7501, True)])
def test_a_pair_is_wanted_back_where_the_gate_would_open(chance: float, *, opens: bool) -> None:
    chances = np.array([[0.9, 0.9, chance], [0.9, 0.9, 0.9]])
    found = would_open(WITHOUT_SOL, WRITTEN, COINS, chances)
    assert found == (((QUICK, SOL),) if opens else ())


@given(CHANCES)
def test_what_the_user_did_not_write_is_never_wanted(chances: list[list[float]]) -> None:
    found = would_open(
        applied(WRITTEN, Change({QUICK: (), SLOW: ()})), WRITTEN, COINS, np.array(chances)
    )
    assert all(coin in WRITTEN.mix[topic] for topic, coin in found)
    assert would_open(WRITTEN, WRITTEN, COINS, np.array(chances)) == ()


def test_a_paused_topic_is_not_brought_back_by_its_own_forecasts() -> None:
    paused = applied(WRITTEN, Change({QUICK: ()}))
    choice = Held().pausing({QUICK: COINS}).open_to_trade(WRITTEN)
    assert would_open(paused, choice, COINS, np.full((2, 3), 0.9)) == ()


def test_a_book_without_a_gate_has_only_the_markets_turn() -> None:
    ungated = replace(WITHOUT_SOL, gate=None)
    assert would_open(ungated, WRITTEN, COINS, np.full((2, 3), 0.9)) == ()


def test_the_proposal_restores_what_was_written_and_says_why() -> None:
    told = situation([[0.9, 0.9, 0.8], [0.9, 0.9, 0.9]], [[0.0, 0.0, 12.0], [0.0, 0.0, 0.0]])
    answer = readmit_pairs(WITHOUT_SOL, ((QUICK, SOL),), told, NAMED)
    assert hash_of(applied(WITHOUT_SOL, answer.change)) == hash_of(WRITTEN)
    assert (answer.scope, answer.restores, answer.reduces_risk) == ((SOL,), True, False)
    assert answer.confidence == pytest.approx(0.8)
    assert answer.because == (
        "Worth trading after all, by the chance of an edge after costs: quick-4h on SOL 0.80"
    )
    # 12 bp in 4 h are 3 bp a bar, on a third of the capital.
    assert answer.expected.net_edge == pytest.approx(1.0)
    assert answer.expected.deadline == hours(0.0) + 14 * DAY


def after_a_drop() -> AdaptationEngine:
    """SOL has been left out, and the contract of that is open."""
    weak = situation([[0.9, 0.9, 0.1], [0.9, 0.9, 0.9]], cells=(cell(QUICK, SOL, 56, 121),))
    return engine().on_event(regime("bear"), weak, [])[0]


def test_it_comes_back_at_once_and_ends_the_contract_that_left_it_out() -> None:
    dropped = after_a_drop()
    now, facts = dropped.readmitted(
        ((QUICK, SOL),), situation([[0.9] * 3] * 2, at=1.0), [seen(total=-5.0)]
    )
    assert [type(fact) for fact in facts] == [
        AdaptationProposed, AdaptationJudged, AdaptationApplied, CryptoMixChanged,
    ]  # fmt: skip
    assert of_kind(facts, AdaptationJudged)[0].verdict == "inconclusive"
    assert of_kind(facts, AdaptationApplied)[0].counterfactual is None
    assert hash_of(now.configuration) == hash_of(WRITTEN)
    assert now.contracts == ()
    assert now.proposals == dropped.proposals + 1


def test_while_the_bot_is_paused_nothing_comes_back_and_nothing_is_said() -> None:
    paused, _ = after_a_drop().pause(hours(1.0), "ada", "lunch")
    now, facts = paused.readmitted(((QUICK, SOL),), situation([[0.9] * 3] * 2, at=1.0), [seen()])
    assert now is paused
    assert facts == []
