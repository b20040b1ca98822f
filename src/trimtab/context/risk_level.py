"""One number for how much alarm there is in the market, and its recipe: a display, never a trigger."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import astuple

from trimtab.domain.market_context import CoinContext, RiskRecipe, VolatilityRegime

_REGIME: dict[VolatilityRegime, float] = {"low": 0.0, "medium": 0.5, "high": 1.0, "unknown": 0.5}

_MOST = 100.0 / len(RiskRecipe.__struct_fields__)
"""Points of one alarm."""


def risk_level(recipe: RiskRecipe) -> float:
    """0 (calm) to 100 (everything alarms at once)."""
    points: tuple[float, ...] = astuple(recipe)
    return round(sum(points), 1)


def risk_recipe(
    market: CoinContext, coins: Sequence[CoinContext], mean_correlation: float
) -> RiskRecipe:
    """Six alarms of equal weight, each between none and all of its points.

    The market's volatility regime; its volatility above usual (all at three times); its chances of
    being volatile or falling; coins that spike; correlation; volume (all at 8 deviations).
    """
    return RiskRecipe(
        volatility_regime=_points(_REGIME[market.volatility_regime]),
        volatility=_points((market.volatility_ratio - 1.0) / 2.0),
        phase=_points(market.probabilities.volatile + market.probabilities.bear),
        spikes=_points(sum(coin.spiking for coin in coins) / max(1, len(coins))),
        correlation=_points(mean_correlation),
        volume=_points(abs(market.volume_z) / 8.0),
    )


def _points(alarm: float) -> float:
    """Of an alarm from 0 to 1; NaN, which is unknown, gives none."""
    return round(_MOST * min(1.0, alarm), 2) if alarm > 0.0 else 0.0
