"""Which settled forecasts count, and whether each was right: one rule for all who keep score."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from trimtab.domain.decisions import PredictionsSettled
from trimtab.domain.market_context import PHASES, VOLATILITY_REGIMES, Phase, VolatilityRegime
from trimtab.domain.units import Coin


class Outcome(NamedTuple):
    """One coin's forecast, in the context that was known at its issue."""

    coin: Coin
    phase: Phase
    volatility_regime: VolatilityRegime
    hit: bool


def outcomes(fact: PredictionsSettled) -> Iterator[Outcome]:
    """Forecasts that had a direction and whose price moved."""
    columns = (fact.coins, fact.forecast, fact.realised, fact.phase, fact.volatility_regime)
    for coin, forecast, realised, phase, regime in zip(*columns, strict=True):
        if forecast and realised:
            hit = forecast * realised > 0.0
            yield Outcome(coin, PHASES[phase], VOLATILITY_REGIMES[regime], hit)
