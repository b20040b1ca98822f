"""Configurations become arrays without losing anything."""

from __future__ import annotations

import math

import pytest

from tests.builders.desk import BTC, ETH, OTHER, TOPIC, configured
from trimtab.domain.configuration import Costs, Exits, Gate, RiskLimits, Sizing
from trimtab.domain.units import Bp, Leverage
from trimtab.trading.policies import Policies

COINS = (BTC, ETH)


def test_basis_points_become_fractions() -> None:
    costs = Costs(Bp(4.5), Bp(1.5), Bp(1.0), Bp(100.0), 0.2, 0.03)
    (policy,) = Policies.of([configured(costs=costs)], COINS).records
    names = (
        "taker_fee", "maker_fee", "half_spread", "impact", "participation", "maintenance_margin",
    )  # fmt: skip
    assert [float(policy[name]) for name in names] == pytest.approx(
        [4.5e-4, 1.5e-4, 1e-4, 1e-2, 0.2, 0.03]
    )


def test_what_is_off_is_infinitely_far_away() -> None:
    (off,) = Policies.of([configured()], COINS).records
    names = ("stop_loss", "take_profit", "trailing_stop", "volatility_target")
    assert [float(off[name]) for name in names] == [math.inf] * 4
    exits, sizing = Exits(False, 0.1, 0.2, 0.3), Sizing(0.01, 2.0, compounding=True)  # noqa: FBT003
    (on,) = Policies.of([configured(exits=exits, sizing=sizing)], COINS).records
    assert [float(on[name]) for name in names] == [0.1, 0.2, 0.3, 0.01]
    assert (on["by_horizon"], on["compounding"], on["maximum_scale"]) == (False, True, 2.0)


def test_a_book_without_a_gate_is_told_so() -> None:
    without, gated = Policies.of([configured(), configured(gate=Gate(0.8, 0.7))], COINS).records
    assert not without["gated"]
    assert (gated["gated"], gated["enter"], gated["leave"]) == (True, 0.8, 0.7)


def test_every_book_has_its_own_mix_thresholds_and_leverage() -> None:
    narrow = configured(topics=(TOPIC, OTHER), coins=(ETH,))
    wide = configured(
        topics=(TOPIC, OTHER), coins=COINS, risk=RiskLimits(Leverage(2.0), {BTC: Leverage(3.0)})
    )
    policies = Policies.of([narrow, wide], COINS)
    assert policies.in_mix.tolist() == [[[False, True]] * 2, [[True, True]] * 2]
    assert policies.leverages.tolist() == [[1.0, 1.0], [3.0, 2.0]]
    assert policies.thresholds.shape == (2, 2)
    assert policies.records["capital"].tolist() == [1_000.0, 2_000.0]


def test_a_topic_that_the_mix_does_not_name_trades_nothing() -> None:
    configuration = configured(topics=(TOPIC,))
    two = Policies.of([type(configuration)((TOPIC, OTHER), configuration.mix)], COINS)
    assert two.in_mix.tolist() == [[[True, False], [False, False]]]
