"""The market's context: what kind of market this is, for the whole and coin by coin."""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct

from trimtab.domain.units import Coin, Micros, TopicName

Phase = Literal["bull", "bear", "sideways", "volatile", "uncertain", "unknown"]
"""``uncertain``: the detector does not commit. ``unknown``: there is no data."""

PHASES: tuple[Phase, ...] = get_args(Phase)
"""In the order of the codes that kernels use."""

VolatilityRegime = Literal["low", "medium", "high", "unknown"]

VOLATILITY_REGIMES: tuple[VolatilityRegime, ...] = get_args(VolatilityRegime)
"""In the order of the codes that kernels use."""


class PhaseProbabilities(Struct, frozen=True):
    """The detector's belief; the four add up to 1."""

    bull: float
    bear: float
    sideways: float
    volatile: float


class CoinContext(Struct, frozen=True):
    """One coin's context, as known at the close of its last bar."""

    coin: Coin
    phase: Phase
    confidence: float
    probabilities: PhaseProbabilities
    volatility: float | None
    """Standard deviation of one bar's log return, now. None before the first bar."""
    volatility_ratio: float
    """Volatility now over usual volatility: 1.0 is an ordinary day."""
    volatility_regime: VolatilityRegime
    spiking: bool
    volume_z: float
    """Robust z-score of the volume; 0.0 is usual."""


class TopicContext(Struct, frozen=True):
    """How good a topic's forecasts are in the market's present phase."""

    topic: TopicName
    accuracy: float | None
    """Share of right directions in this phase, all coins; None without settled forecasts."""
    n: int
    """Settled forecasts behind it."""
    best: Coin
    """Where P(net edge > 0) of an ordinary forecast is highest now,"""
    probability: float
    """which is this,"""
    net_edge: float
    """with this expected net edge, in bp."""


class RiskRecipe(Struct, frozen=True):
    """What each alarm adds to the risk level; together they are the level."""

    volatility_regime: float
    volatility: float
    """Above usual."""
    phase: float
    """The chances of being volatile or falling."""
    spikes: float
    correlation: float
    volume: float


class MarketContext(Struct, frozen=True):
    """The whole market's context at one moment (UTC)."""

    at: Micros
    phase: Phase
    confidence: float
    probabilities: PhaseProbabilities
    volatility: float | None
    volatility_ratio: float
    volatility_regime: VolatilityRegime
    mean_correlation: float | None
    """None while no two coins have moved."""
    volume_z: float
    risk_level: float
    """0 (calm) to 100 (everything alarms at once)."""
    coins: tuple[CoinContext, ...]
    risk_recipe: RiskRecipe | None = None
    """None in journals of before it was told."""
    absorption: float | None = None
    """Share of all movement that the largest fifth of the factors explain, as of the last day."""
    absorption_z: float | None = None
    """How unusual that has been of late, in standard deviations of its year."""
    accuracy: tuple[TopicContext, ...] = ()
