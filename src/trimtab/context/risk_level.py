"""One number for how much alarm there is in the market: a display, never a trigger."""

from __future__ import annotations

from collections.abc import Sequence

from trimtab.domain.market_context import CoinContext, VolatilityRegime

_REGIME: dict[VolatilityRegime, float] = {"low": 0.0, "medium": 0.5, "high": 1.0, "unknown": 0.5}


def risk_level(market: CoinContext, coins: Sequence[CoinContext], mean_correlation: float) -> float:
    """0 (calm) to 100 (everything alarms at once): the mean of six alarms between 0 and 1.

    The market's volatility regime; its volatility above usual (1 at three times); its chances of
    being volatile or falling; coins that spike; correlation; volume (1 at 8 deviations).
    """
    alarms = (
        _REGIME[market.volatility_regime],
        _clipped((market.volatility_ratio - 1.0) / 2.0),
        market.probabilities.volatile + market.probabilities.bear,
        sum(coin.spiking for coin in coins) / max(1, len(coins)),
        _clipped(mean_correlation),
        _clipped(abs(market.volume_z) / 8.0),
    )
    return 100.0 * sum(alarms) / len(alarms)


def _clipped(value: float) -> float:
    """Between 0 and 1; NaN, which is unknown, gives 0."""
    return min(1.0, value) if value > 0.0 else 0.0
