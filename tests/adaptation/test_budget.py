"""What adds risk has to be affordable, and a refusal says the numbers."""

from __future__ import annotations

from math import sqrt

import pytest
from msgspec.structs import replace

from tests.adaptation.given import (
    BTC,
    ETH,
    QUICK,
    SLOW,
    SOL,
    WRITTEN,
    engine,
    proposal,
    regime,
    situation,
)
from tests.builders.running import of_kind
from trimtab.adaptation.budget import shortfall, worst_case
from trimtab.adaptation.changes import applied
from trimtab.adaptation.situation import Situation
from trimtab.domain.configuration import Adapting, Change, Exits
from trimtab.domain.decisions import AdaptationApplied
from trimtab.domain.units import Leverage

WITHOUT = applied(WRITTEN, Change({QUICK: (BTC, ETH), SLOW: (BTC,)}))
BACK = proposal(Change({QUICK: (BTC, ETH, SOL)}), (SOL,), reduces_risk=False)
"""SOL at 5x, on a third of 10,000 USD, for 4 h."""
POSITION = 5.0 * 10_000.0 / 3.0


def narrow() -> Situation:
    """SOL is more than the user wrote."""
    return situation(written=WITHOUT)


def test_without_a_stop_the_worst_case_is_a_move_of_one_in_a_hundred() -> None:
    expected = POSITION * 2.326 * 0.01 * sqrt(4.0)
    assert worst_case(BACK, WITHOUT, narrow()) == pytest.approx(expected)


def test_with_a_stop_it_is_twice_its_distance() -> None:
    stopped = replace(WITHOUT, exits=Exits(stop_loss=0.03))
    assert worst_case(BACK, stopped, narrow()) == pytest.approx(POSITION * 0.06)


def test_no_position_loses_more_than_itself() -> None:
    wild = narrow()._replace(sigmas=narrow().sigmas * 90.0)
    assert worst_case(BACK, WITHOUT, wild) == pytest.approx(POSITION)


def test_more_leverage_costs_by_what_it_adds() -> None:
    bolder = proposal(Change(coin_leverage={BTC: Leverage(3.0)}), (BTC,), reduces_risk=False)
    expected = 10_000.0 / 3.0 * 2.326 * 0.01 * sqrt(8.0)
    assert worst_case(bolder, WRITTEN, narrow()) == pytest.approx(expected)


def test_what_the_twin_carries_too_is_free() -> None:
    poor = situation()._replace(surplus=-1e6)
    assert worst_case(BACK, WITHOUT, poor) == 0.0


@pytest.mark.parametrize(
    ("reserve", "surplus", "twin", "affordable"),
    [
        (0.1, 0.0, 0.0, True),
        (0.05, 0.0, 0.0, False),
        (0.05, 280.0, 0.0, True),
        (0.05, 0.0, 5_600.0, True),
        (0.1, -300.0, 0.0, False),
        (0.1, 0.0, -9_000.0, True),
    ],
)
def test_reserve_surplus_and_a_twentieth_of_the_twins_gain_pay_for_it(
    reserve: float, surplus: float, twin: float, *, affordable: bool
) -> None:
    now = replace(WITHOUT, adapting=Adapting(reserve))
    moment = narrow()._replace(surplus=surplus, twins_gain=twin)
    assert (shortfall(BACK, now, moment) is None) is affordable


def test_the_refusal_says_the_numbers() -> None:
    moment = narrow()._replace(surplus=-300.0, twins_gain=1_000.0)
    assert shortfall(BACK, WITHOUT, moment) == (
        "budget: at the worst it loses 775.33 USD (99% confidence), and 750.00 may be lost: "
        "reserve 1000.00, ahead of the static twin by -300.00, 5% of the twin's gain 50.00"
    )


@pytest.mark.parametrize("spared", [{"reduces_risk": True}, {"restores": True}])
def test_what_reduces_or_gives_back_costs_nothing(spared: dict[str, bool]) -> None:
    poor = narrow()._replace(surplus=-1e6)
    asked = replace(BACK, **spared)
    assert shortfall(asked, WITHOUT, poor) is None


def test_going_back_to_what_was_written_is_never_refused_for_its_price() -> None:
    start = replace(engine(), configuration=WITHOUT)
    poor = situation([[0.9] * 3] * 2)._replace(surplus=-2_000.0)
    _, told = start.on_event(regime("bull"), poor, [])
    assert of_kind(told, AdaptationApplied)
