"""Coins that part are risked less, as far as the risk of two of them has grown."""

from __future__ import annotations

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.adaptation.given import (
    BTC,
    ETH,
    FREE,
    NAMED,
    QUICK,
    SLOW,
    SOL,
    WRITTEN,
    parting,
    situation,
)
from trimtab.adaptation.changes import applied
from trimtab.adaptation.held import Held
from trimtab.adaptation.rules.diversify_positions import (
    NAME,
    caps,
    diversify_positions,
    growth,
)
from trimtab.domain.canonical import hash_of
from trimtab.domain.configuration import Change, Configuration
from trimtab.domain.decisions import AdaptationProposed, AdaptationRefused
from trimtab.domain.event_types import CorrelationBreakdown
from trimtab.domain.units import HOUR, Leverage

correlations = some.floats(-1.0, 1.0)
FELL = parting((ETH, SOL), before=0.8, now=0.2)
"""Two that offset each other have sqrt(.8 / .2) = 2 times their usual risk."""


def asked(
    event: CorrelationBreakdown, now: Configuration = WRITTEN, held: Held = FREE
) -> AdaptationProposed | AdaptationRefused | None:
    return diversify_positions(now, event, situation(held=held), NAMED)


def proposed(
    event: CorrelationBreakdown, now: Configuration = WRITTEN, held: Held = FREE
) -> AdaptationProposed:
    answer = asked(event, now, held)
    assert isinstance(answer, AdaptationProposed)
    return answer


def test_the_coins_that_part_are_cut_by_the_growth_of_their_joint_risk() -> None:
    answer = proposed(FELL)
    assert answer.change == Change(coin_leverage={ETH: Leverage(1.0), SOL: Leverage(2.5)})
    assert answer.scope == (ETH, SOL)
    assert answer.reduces_risk
    assert not answer.restores
    assert answer.because == (
        "Coins part: the correlation of 1 pairs went from 0.80 to 0.20, so what offsets each other "
        "or adds up carries up to 2.0 times its usual risk: leverage ETH 2x to 1x, SOL 5x to 2.5x"
    )


def test_coins_that_crowd_together_are_cut_too() -> None:
    assert growth(0.2, 0.8) == pytest.approx(sqrt(1.8 / 1.2))
    assert proposed(parting((ETH, SOL), before=0.2, now=0.8)).reduces_risk


@given(correlations, correlations)
def test_risk_never_seems_to_have_shrunk_nor_to_have_grown_without_bounds(
    before: float, now: float
) -> None:
    assert 1.0 <= growth(before, now) <= sqrt(199.0) + 1e-9


def test_a_coin_that_is_not_traded_is_left_alone() -> None:
    without = applied(WRITTEN, Change({QUICK: (BTC, SOL), SLOW: (BTC, SOL)}))
    assert proposed(FELL, without).scope == (SOL,)


def test_coins_that_are_risked_so_little_already_are_left_alone() -> None:
    tight = applied(WRITTEN, Change(coin_leverage={ETH: Leverage(1.0), SOL: Leverage(0.5)}))
    answer = asked(FELL, tight)
    assert isinstance(answer, AdaptationRefused)
    assert answer.because == (
        "the coins that part are not traded, or are risked as little as this asks already"
    )


def test_when_all_are_together_again_the_configuration_is_as_written_hash_for_hash() -> None:
    cut = applied(WRITTEN, proposed(FELL).change)
    answer = proposed(parting(), cut, Held().capped(NAME, caps(FELL, WRITTEN)))
    assert answer.restores
    assert hash_of(applied(cut, answer.change)) == hash_of(WRITTEN)
    assert answer.because == (
        "The coins move together as usual again: leverage back, ETH 1x to 2x, SOL 2.5x to 5x"
    )


def test_the_end_of_a_breakdown_that_changed_nothing_is_no_news() -> None:
    assert asked(parting()) is None


def test_what_is_uncertain_of_two_coins_adds_up_as_far_as_they_are_correlated() -> None:
    # Steps of 1 and 2.5 on a third of the capital each; a bar moves 100 bp; 72 bars.
    effect = proposed(parting((ETH, SOL), before=0.8, now=0.2)).expected
    one, two = 100.0 / 3.0, 250.0 / 3.0
    noise = sqrt(one * one + two * two + 2.0 * 0.2 * one * two) / sqrt(72.0)
    assert effect.high - effect.net_edge == pytest.approx(1.645 * noise)
    assert effect.deadline == parting().at + 72 * HOUR
