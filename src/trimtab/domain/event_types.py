"""Market events: what the analyzers noticed. Each carries its evidence and a confidence."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from trimtab.domain.market_context import Phase, PhaseProbabilities
from trimtab.domain.units import Coin, Micros, TopicName


class MarketRegimeChange(Struct, frozen=True, tag="market_regime_change"):
    """The phase detector committed to another phase; `coin` ``*`` is the whole market."""

    at: Micros
    coin: Coin
    before: Phase
    after: Phase
    confidence: float
    probabilities_before: PhaseProbabilities
    probabilities_after: PhaseProbabilities
    evidence: dict[str, float]


class VolatilitySpike(Struct, frozen=True, tag="volatility_spike"):
    """A coin began to move much more than usual, or (`over`) went back to usual."""

    at: Micros
    coin: Coin
    ratio: float
    """Volatility now over usual volatility."""
    over: bool
    confidence: float
    evidence: dict[str, float]


class CorrelationBreakdown(Struct, frozen=True, tag="correlation_breakdown"):
    """Coins stopped moving together as they used to, or (`over`) all of them do so again."""

    at: Micros
    pairs: tuple[tuple[Coin, Coin], ...]
    """None are named when it is over."""
    before: float
    after: float
    """Mean correlation of the pairs, usual and now; of the whole market when it is over."""
    confidence: float
    evidence: dict[str, float]
    over: bool = False


class AlloraAccuracyDrop(Struct, frozen=True, tag="allora_accuracy_drop"):
    """A topic's forecasts got worse than they have to be, or (`over`) recovered."""

    at: Micros
    topic: TopicName
    reference: float
    accuracy: float
    over: bool
    confidence: float
    evidence: dict[str, float]


Degradation = Literal["drawdown_limit", "soft_drawdown", "behind_twin"]
"""At the limit trading pauses; half way there, and where the static twin does better, it goes on."""


class PerformanceDegradation(Struct, frozen=True, tag="performance_degradation"):
    """The bot loses more than its limits or its expectation allow."""

    at: Micros
    drawdown: float
    """Fall of equity from its peak, as a fraction."""
    limit: float
    """That was passed; 0 where it is the twin that does better."""
    confidence: float
    evidence: dict[str, float]
    kind: Degradation = "drawdown_limit"


class VolumeAnomaly(Struct, frozen=True, tag="volume_anomaly"):
    """A coin's volume is far from what is usual at this hour of the week, or (`over`) no longer."""

    at: Micros
    coin: Coin
    z: float
    confidence: float
    evidence: dict[str, float]
    over: bool = False


MarketEvent = (
    MarketRegimeChange
    | VolatilitySpike
    | CorrelationBreakdown
    | AlloraAccuracyDrop
    | PerformanceDegradation
    | VolumeAnomaly
)
