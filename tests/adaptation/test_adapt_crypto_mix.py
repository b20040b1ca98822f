"""When the market's phase changes, each topic keeps the coins that are worth its costs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.adaptation.given import (
    BTC,
    ETH,
    NAMED,
    QUICK,
    SLOW,
    SOL,
    WRITTEN,
    cell,
    hours,
    regime,
    situation,
    together,
)
from trimtab.adaptation.allora_optimizer import standings, wilson
from trimtab.adaptation.changes import applied
from trimtab.adaptation.crypto_recommender import recommend
from trimtab.adaptation.rules.adapt_crypto_mix import adapt_crypto_mix
from trimtab.adaptation.situation import Situation
from trimtab.domain.configuration import Change, Configuration
from trimtab.domain.decisions import AdaptationProposed, AdaptationRefused
from trimtab.domain.market_context import Phase
from trimtab.domain.units import DAY

SURE = 0.9
GOOD = [[SURE, SURE, SURE], [SURE, SURE, SURE]]
"""Every pair is likely to be worth its costs."""
WEAK_SOL = [[SURE, SURE, 0.1], [SURE, SURE, SURE]]
"""But the quick topic on SOL is not."""
KNOWN = (cell(QUICK, SOL, hits=56, n=121),)


def asked(
    told: Situation, now: Configuration = WRITTEN, after: Phase = "bear"
) -> AdaptationProposed | AdaptationRefused | None:
    return adapt_crypto_mix(now, regime(after), told, NAMED)


def proposed(told: Situation, now: Configuration = WRITTEN) -> AdaptationProposed:
    answer = asked(told, now)
    assert isinstance(answer, AdaptationProposed)
    return answer


def test_a_pair_that_is_not_worth_its_costs_is_dropped() -> None:
    answer = proposed(situation(WEAK_SOL, cells=KNOWN))
    assert answer.change == Change({QUICK: (BTC, ETH)})
    assert answer.scope == (SOL,)
    assert answer.reduces_risk
    assert answer.confidence == 0.8


def test_the_reason_names_phase_pair_floored_accuracy_and_how_many() -> None:
    net = [[0.0, 0.0, -3.24], [0.0, 0.0, 0.0]]
    answer = proposed(situation(WEAK_SOL, net, KNOWN))
    assert answer.because == (
        "The market went from sideways to bear. Not worth its costs anywhere in it: "
        "in bear, medium-volatility markets quick-4h on SOL was right 46 % of 40 effective "
        "forecasts [33-60]; after 11 bp costs the chance of an edge is 0.10, -3.2 bp"
    )


@pytest.mark.parametrize(("independent", "dropped"), [(29.9, False), (30.0, True)])
def test_a_pair_is_dropped_only_once_it_has_had_its_chance(
    independent: float, *, dropped: bool
) -> None:
    cells = (cell(QUICK, SOL, 56, 121, independent=independent),)
    answer = asked(situation(WEAK_SOL, cells=cells))
    assert isinstance(answer, AdaptationProposed) is dropped


def test_evidence_of_other_phases_does_not_count() -> None:
    cells = (cell(QUICK, SOL, 56, 121, phase="bull"),)
    assert isinstance(asked(situation(WEAK_SOL, cells=cells)), AdaptationRefused)


def test_a_dropped_pair_comes_back_when_it_is_worth_it_again() -> None:
    without = applied(WRITTEN, Change({QUICK: (BTC, ETH)}))
    answer = proposed(situation(GOOD), without)
    assert answer.change == Change({QUICK: WRITTEN.mix[QUICK]})
    assert not answer.reduces_risk
    assert (
        "Worth trading in it: in bear markets quick-4h on SOL has no settled forecasts yet"
        in answer.because
    )


@pytest.mark.parametrize("chance", [0.26, 0.4, 0.5])
def test_while_a_prospect_is_in_doubt_nothing_comes_and_nothing_goes(chance: float) -> None:
    between = [[SURE, SURE, chance], [SURE, SURE, SURE]]
    assert isinstance(asked(situation(between, cells=KNOWN)), AdaptationRefused)
    without = applied(WRITTEN, Change({QUICK: (BTC, ETH)}))
    assert isinstance(asked(situation(between, cells=KNOWN), without), AdaptationRefused)


def test_what_the_user_did_not_write_is_never_added() -> None:
    nothing = applied(WRITTEN, Change({SLOW: ()}))
    assert proposed(situation(GOOD), nothing).change == Change({SLOW: (BTC, SOL)})


def test_where_nothing_has_to_change_the_reason_names_the_best_pair() -> None:
    answer = asked(situation(GOOD, [[0.0, 7.5, 0.0], [0.0, 0.0, 0.0]]))
    assert isinstance(answer, AdaptationRefused)
    assert answer.because == (
        "sideways to bear: no coin has to come or go; "
        "the best: in bear markets quick-4h on ETH has no settled forecasts yet; "
        "after 11 bp costs the chance of an edge is 0.90"
    )


@pytest.mark.parametrize("after", ["uncertain", "unknown"])
def test_a_phase_that_is_not_known_changes_nothing(after: Phase) -> None:
    assert asked(situation(WEAK_SOL, cells=KNOWN), after=after) is None


def test_a_coins_own_phase_changes_nothing() -> None:
    told = situation(WEAK_SOL, cells=KNOWN)
    assert adapt_crypto_mix(WRITTEN, regime("bear", coin=SOL), told, NAMED) is None


def test_the_expected_effect_is_the_edge_that_goes_spread_over_its_horizon() -> None:
    # The pair loses 12 bp in 4 h: 3 bp a bar, on a third of the capital: 1 bp a bar is won.
    # A third of a bar's 100 bp, over the 336 bars of 14 days.
    net = [[0.0, 0.0, -12.0], [0.0, 0.0, 0.0]]
    effect = proposed(situation(WEAK_SOL, net, KNOWN)).expected
    assert effect.net_edge == pytest.approx(1.0)
    assert effect.high - effect.net_edge == pytest.approx(1.645 * 100.0 / 3.0 / 336.0**0.5)
    assert effect.net_edge - effect.low == pytest.approx(effect.high - effect.net_edge)
    assert effect.win_rate == pytest.approx(56 / 121)
    assert effect.deadline == regime("bear").at + 14 * DAY


def test_a_pair_that_may_be_worth_it_within_the_phase_waits_for_its_gate() -> None:
    later = [[SURE, SURE, 0.61], [SURE, SURE, SURE]]
    answer = asked(situation(WEAK_SOL, cells=KNOWN, prospect=later))
    assert isinstance(answer, AdaptationRefused)


def test_that_nothing_is_worth_its_costs_is_an_answer() -> None:
    answer = asked(situation([[0.1] * 3] * 2, prospect=GOOD))
    assert isinstance(answer, AdaptationRefused)
    assert "none is worth its costs at this moment; the best: " in answer.because


@pytest.mark.parametrize(("hours_ago", "settled"), [(3.9, False), (4.0, True)])
def test_a_coin_is_left_alone_for_a_horizon_after_its_last_change(
    hours_ago: float, *, settled: bool
) -> None:
    changed = {SOL: hours(-hours_ago)}
    answer = asked(situation(WEAK_SOL, cells=KNOWN)._replace(changed=changed))
    assert isinstance(answer, AdaptationProposed) is settled


def test_pairs_that_stay_are_told_as_worth_their_costs_or_waiting() -> None:
    told = situation([[SURE, 0.7, 0.1], [SURE, SURE, SURE]], prospect=GOOD)
    wanted = recommend(WRITTEN, standings(WRITTEN, told, "bear"), told)
    assert [(one.topic, one.coin) for one in wanted.candidates] == [(QUICK, ETH), (QUICK, SOL)]
    assert {(one.topic, one.coin) for one in wanted.traded} == {
        (QUICK, BTC), (SLOW, BTC), (SLOW, SOL),
    }  # fmt: skip


def crowded(correlation: float) -> Situation:
    told = situation(GOOD)
    return told._replace(prospects=told.best._replace(correlations=together(correlation)))


@pytest.mark.parametrize(("correlation", "added"), [(0.9, True), (0.98, False)])
def test_a_coin_that_only_moves_with_the_others_brings_too_little(
    correlation: float, *, added: bool
) -> None:
    """Of 10 bp it leaves 1.9 bp at .9 and .4 bp at .98."""
    without = applied(WRITTEN, Change({QUICK: (BTC, ETH)}))
    answer = asked(crowded(correlation), without)
    assert isinstance(answer, AdaptationProposed) is added


@given(some.floats(0.0, 1.0), some.floats(0.5, 5_000.0))
def test_wilsons_interval_holds_the_share_and_narrows_with_evidence(share: float, n: float) -> None:
    low, high = wilson(share, n)
    assert 0.0 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1.0
    closer, closest = wilson(share, 4.0 * n)
    assert closest - closer < high - low


def test_without_evidence_a_share_may_be_anything() -> None:
    assert wilson(0.5, 0.0) == (0.0, 1.0)
