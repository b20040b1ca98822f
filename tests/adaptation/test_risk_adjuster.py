"""What an entry has to promise: costs, and more where less is known or more moves."""

from __future__ import annotations

from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as some

from trimtab.adaptation.risk_adjuster import FLOOR, entry_threshold, tightened
from trimtab.domain.configuration import Gate
from trimtab.domain.units import Bp, Leverage

gates = some.floats(0.5, 0.99).map(lambda enter: Gate(enter, 0.5))
doubts, deviations = some.floats(0.0, 0.2), some.floats(0.0001, 0.3)
COSTS = Bp(11.0)


@given(doubts, deviations, some.floats(1.0, 20.0), gates)
def test_an_entry_never_asks_for_less_where_volatility_is_higher(
    doubt: float, deviation: float, times: float, gate: Gate
) -> None:
    wilder = entry_threshold(COSTS, doubt, deviation * times, gate)
    assert wilder >= entry_threshold(COSTS, doubt, deviation, gate) >= COSTS


@given(doubts, doubts, deviations, gates)
def test_an_entry_never_asks_for_less_where_less_is_known(
    one: float, other: float, deviation: float, gate: Gate
) -> None:
    low, high = sorted((one, other))
    assert entry_threshold(COSTS, high, deviation, gate) >= entry_threshold(
        COSTS, low, deviation, gate
    )


@given(some.floats(0.001, 0.2), deviations, some.floats(-300.0, 300.0))
def test_the_threshold_and_the_gate_say_the_same(
    doubt: float, deviation: float, edge: float
) -> None:
    gate = Gate(0.75, 0.6)
    chance = NormalDist(edge - COSTS, doubt * deviation * 1e4).cdf(0.0)
    asked = entry_threshold(COSTS, doubt, deviation, gate)
    if abs(edge - asked) > 1e-6:
        assert (1.0 - chance > gate.enter) == (edge > asked)


def test_certainty_asks_for_its_costs_alone() -> None:
    assert entry_threshold(COSTS, 0.0, 0.02, Gate()) == pytest.approx(11.0)


@given(some.floats(0.5, 20.0), some.floats(1.0, 50.0), some.floats(1.0, 4.0))
def test_a_stronger_spike_never_leaves_more_leverage(
    leverage: float, ratio: float, times: float
) -> None:
    mild, strong = (
        tightened(Leverage(leverage), ratio),
        tightened(Leverage(leverage), ratio * times),
    )
    assert FLOOR <= strong <= mild <= max(FLOOR, leverage)
