"""The risk level: one number between calm and alarm."""

from __future__ import annotations

from math import nan

from msgspec.structs import replace

from trimtab.context.risk_level import risk_level, risk_recipe
from trimtab.domain.market_context import CoinContext, PhaseProbabilities, RiskRecipe
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


def level(
    market: CoinContext, coins: tuple[CoinContext, ...] = coin(CALM), correlation: float = 0.0
) -> float:
    return risk_level(risk_recipe(market, coins, correlation))


def test_a_calm_market_is_at_nought_and_a_raging_one_at_a_hundred() -> None:
    assert level(CALM) == 0.0
    assert level(ALARMED, coin(ALARMED), 1.0) == 100.0


def test_each_alarm_raises_it() -> None:
    assert level(CALM, coin(ALARMED)) > 0.0
    assert level(CALM, correlation=0.5) > 0.0
    assert level(replace(CALM, volume_z=5.0)) > 0.0
    assert level(replace(CALM, volatility_ratio=2.0)) > 0.0


def test_the_recipe_says_which_alarm_it_is_and_adds_up_to_the_level() -> None:
    market = replace(CALM, volume_z=4.0, volatility_regime="medium")
    recipe = risk_recipe(market, coin(CALM), 0.25)
    assert recipe == RiskRecipe(8.33, 0.0, 0.0, 0.0, 4.17, 8.33)
    assert risk_level(recipe) == 20.8


def test_what_is_unknown_is_no_alarm() -> None:
    assert level(CALM, (), nan) == 0.0
