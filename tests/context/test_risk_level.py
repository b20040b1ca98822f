"""The risk level: one number between calm and alarm."""

from __future__ import annotations

from math import nan

from msgspec.structs import replace

from trimtab.context.risk_level import risk_level
from trimtab.domain.market_context import CoinContext, PhaseProbabilities
from trimtab.domain.units import MARKET, Coin

CALM = CoinContext(
    coin=MARKET,
    phase="sideways",
    confidence=1.0,
    probabilities=PhaseProbabilities(0.0, 0.0, 1.0, 0.0),
    volatility=0.004,
    volatility_ratio=0.8,
    volatility_regime="low",
    spiking=False,
    volume_z=0.0,
)
ALARMED = replace(
    CALM,
    phase="volatile",
    probabilities=PhaseProbabilities(0.0, 0.2, 0.0, 0.8),
    volatility_ratio=4.0,
    volatility_regime="high",
    spiking=True,
    volume_z=-9.0,
)


def coin(market: CoinContext) -> tuple[CoinContext, ...]:
    return (replace(market, coin=Coin("AAA")),)


def test_a_calm_market_is_at_nought_and_a_raging_one_at_a_hundred() -> None:
    assert risk_level(CALM, coin(CALM), 0.0) == 0.0
    assert risk_level(ALARMED, coin(ALARMED), 1.0) == 100.0


def test_each_alarm_raises_it() -> None:
    calm = risk_level(CALM, coin(CALM), 0.0)
    assert risk_level(CALM, coin(ALARMED), 0.0) > calm
    assert risk_level(CALM, coin(CALM), 0.5) > calm
    assert risk_level(replace(CALM, volume_z=5.0), coin(CALM), 0.0) > calm
    assert risk_level(replace(CALM, volatility_ratio=2.0), coin(CALM), 0.0) > calm


def test_what_is_unknown_is_no_alarm() -> None:
    assert risk_level(CALM, (), nan) == 0.0
