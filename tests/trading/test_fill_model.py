"""What an order gets: never better than the open, never more than its share of the volume."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from tests.builders.desk import BTC, configured
from trimtab.domain.configuration import Costs
from trimtab.domain.units import Bp
from trimtab.trading.fill_model import fillable, taker_price
from trimtab.trading.policies import Policies

COSTS = Costs(half_spread=Bp(2.0), impact=Bp(50.0), participation=0.1)
POLICY: Any = Policies.of((configured(costs=COSTS),), (BTC,)).records[0]

sizes = some.integers(1, 10**9)
volumes = some.floats(1e-3, 1e9)
quick = settings(max_examples=100)


@quick
@given(sizes, volumes)
def test_never_more_than_the_participation_is_filled(lots: int, volume: float) -> None:
    filled = fillable(lots, 0.01, volume, POLICY)
    assert 0 <= filled <= lots
    assert filled * 0.01 <= 0.1 * volume * (1.0 + 1e-12)
    assert filled == lots or (filled + 1) * 0.01 > 0.1 * volume * (1.0 - 1e-12)
    assert fillable(-lots, 0.01, volume, POLICY) == -filled


@quick
@given(sizes, some.sampled_from([0.0, -1.0, float("nan")]))
def test_nothing_is_filled_without_volume(lots: int, volume: float) -> None:
    assert fillable(lots, 0.01, volume, POLICY) == 0


@quick
@given(sizes, sizes, volumes)
def test_a_larger_order_never_gets_a_better_price(one: int, other: int, volume: float) -> None:
    small, large = sorted((one, other))
    assert taker_price(100.0, small, 0.01, volume, POLICY) <= taker_price(
        100.0, large, 0.01, volume, POLICY
    )
    assert taker_price(100.0, -small, 0.01, volume, POLICY) >= taker_price(
        100.0, -large, 0.01, volume, POLICY
    )


@quick
@given(sizes, volumes)
def test_a_taker_pays_half_the_spread_at_least_and_the_whole_impact_at_most(
    lots: int, volume: float
) -> None:
    bought = taker_price(100.0, lots, 0.01, volume, POLICY)
    sold = taker_price(100.0, -lots, 0.01, volume, POLICY)
    assert 100.02 - 1e-9 <= bought <= 100.52 + 1e-9
    assert abs((bought - 100.0) + (sold - 100.0)) < 1e-9


def test_the_price_is_what_the_formula_says() -> None:
    assert taker_price(100.0, 1_000, 0.01, 100.0, POLICY) == 100.0 * (1.0 + 0.0002 + 0.005 * 0.1)
    assert taker_price(100.0, -1, 0.01, 0.0, POLICY) == 100.0 * (1.0 - 0.0002 - 0.005)
