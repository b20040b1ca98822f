"""Configurations, situations, events and engines to begin a test with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from trimtab.adaptation.adaptation_engine import AdaptationEngine
from trimtab.adaptation.held import Held
from trimtab.adaptation.judge import Measured
from trimtab.adaptation.situation import Prospects, Situation
from trimtab.context.accuracy_cells import AccuracyCell
from trimtab.domain.configuration import (
    Change,
    Configuration,
    Effect,
    RiskLimits,
    Stage,
    Topic,
)
from trimtab.domain.decisions import AdaptationProposed
from trimtab.domain.event_types import (
    AlloraAccuracyDrop,
    CorrelationBreakdown,
    MarketRegimeChange,
    PerformanceDegradation,
    VolatilitySpike,
    VolumeAnomaly,
)
from trimtab.domain.market_context import Phase, PhaseProbabilities, VolatilityRegime
from trimtab.domain.units import HOUR, MARKET, AdaptationId, Bp, Coin, Leverage, Micros, TopicName

BTC, ETH, SOL = Coin("BTC"), Coin("ETH"), Coin("SOL")
COINS = (BTC, ETH, SOL)
QUICK, SLOW = TopicName("quick-4h"), TopicName("slow-8h")
TOPICS = (
    Topic(QUICK, "log_return", Micros(4 * HOUR)),
    Topic(SLOW, "log_return", Micros(8 * HOUR)),
)
WRITTEN = Configuration(
    topics=TOPICS,
    mix={QUICK: COINS, SLOW: (BTC, SOL)},
    risk=RiskLimits(Leverage(2.0), {SOL: Leverage(5.0)}),
)
MEDIUM: VolatilityRegime = "medium"
NAMED = AdaptationId("018cc251-f400-7000-8000-0000000000aa")
FREE = Held()
"""No alarm lasts."""
EVEN = PhaseProbabilities(0.25, 0.25, 0.25, 0.25)


def hours(count: float) -> Micros:
    """So many hours after the test began."""
    return Micros(1_704_067_200_000_000 + int(count * HOUR))


def spike(
    coin: Coin = SOL, ratio: float = 2.5, *, at: float = 0.0, over: bool = False
) -> VolatilitySpike:
    return VolatilitySpike(hours(at), coin, ratio, over, 0.9, {"ratio": ratio})


def parting(
    *pairs: tuple[Coin, Coin], before: float = 0.8, now: float = 0.1, at: float = 0.0
) -> CorrelationBreakdown:
    """Coins that stop moving together; without pairs, all are together again."""
    over = not pairs
    figures = {"mean_correlation": now}
    return CorrelationBreakdown(hours(at), pairs, before, now, 0.7, figures, over)


def drop(
    topic: TopicName = QUICK, accuracy: float = 0.479, *, at: float = 0.0, over: bool = False
) -> AlloraAccuracyDrop:
    return AlloraAccuracyDrop(hours(at), topic, 0.56, accuracy, over, 0.9, {"statistic": 2100.0})


def odd_volume(
    coin: Coin = SOL, z: float = 7.0, *, at: float = 0.0, over: bool = False
) -> VolumeAnomaly:
    return VolumeAnomaly(hours(at), coin, z, 0.9, {"spread": 0.3}, over)


def fall(
    drawdown: float = 0.2612, limit: float = 0.25, *, at: float = 0.0
) -> PerformanceDegradation:
    return PerformanceDegradation(hours(at), drawdown, limit, 1.0, {})


def regime(after: Phase, *, coin: Coin = MARKET, at: float = 0.0) -> MarketRegimeChange:
    return MarketRegimeChange(hours(at), coin, "sideways", after, 0.8, EVEN, EVEN, {"belief": 0.8})


def situation(
    probability: Sequence[Sequence[float]] | None = None,
    net_edge: Sequence[Sequence[float]] | None = None,
    cells: tuple[AccuracyCell, ...] = (),
    *,
    written: Configuration = WRITTEN,
    held: Held = FREE,
    at: float = 0.0,
    prospect: Sequence[Sequence[float]] | None = None,
) -> Situation:
    """[topic, coin] tables; without them nothing is known. A coin's bar moves 1 %.

    Where `prospect` is not given it is as now, and every pair promises 10 bp.
    """
    nothing = np.zeros((len(TOPICS), len(COINS)))
    now = nothing if probability is None else np.array(probability)
    return Situation(
        at=hours(at),
        interval=HOUR,
        coins=COINS,
        written=written,
        probability=now,
        net_edge=nothing if net_edge is None else np.array(net_edge),
        sigmas=np.full(len(COINS), 0.01),
        cells=cells,
        prospects=Prospects(
            now if prospect is None else np.array(prospect),
            np.full(nothing.shape, 10.0),
            together(0.0),
        ),
        regimes=dict.fromkeys(COINS, MEDIUM),
        held=held,
    )


def together(correlation: float) -> NDArray[np.float64]:
    """[coin, coin]: every coin moves so much with every other."""
    return np.where(np.eye(len(COINS)) > 0.0, 1.0, correlation)


def cell(
    topic: TopicName,
    coin: Coin,
    hits: int,
    n: int,
    *,
    independent: float = 40.0,
    phase: Phase = "bear",
) -> AccuracyCell:
    """What the ledger knows of a pair in a phase, in medium volatility."""
    rate = hits / n
    return AccuracyCell(
        topic, coin, phase, "medium", n, independent, hits, rate, rate, 0.0, 1.0, 0.5
    )  # fmt: skip


def effect(deadline: float = 72.0) -> Effect:
    return Effect(Bp(1.0), Bp(-2.0), Bp(4.0), 0.5, hours(deadline))


def proposal(
    change: Change,
    scope: tuple[Coin, ...],
    *,
    reduces_risk: bool = True,
    rule: str = "adapt_crypto_mix",
    at: float = 0.0,
) -> AdaptationProposed:
    return AdaptationProposed(
        at=hours(at),
        adaptation=NAMED,
        rule=rule,
        trigger="market_regime_change",
        change=change,
        scope=scope,
        because="an exercise",
        confidence=0.8,
        expected=effect(),
        evidence={"belief": 0.8},
        reduces_risk=reduces_risk,
    )


def engine(stage: Stage = "full", configuration: Configuration = WRITTEN) -> AdaptationEngine:
    return AdaptationEngine.of("bot", configuration, stage)


def seen(harm: float = 1.0, good: float = 1.0, bars: int = 10, total: float = 0.0) -> Measured:
    """What a trial has measured; by default nothing that proves anything."""
    return Measured(bars, total, total * total, harm, good)
