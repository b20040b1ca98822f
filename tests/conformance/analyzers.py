"""Every analyzer as the suite sees it, with warm-ups short enough for small markets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, Self

from msgspec import Struct

from trimtab.context.cells import Cells
from trimtab.context.correlation_tracker import CorrelationParameters, CorrelationTracker
from trimtab.context.market_context_engine import MarketContextEngine
from trimtab.context.phase_detector import PhaseDetector, PhaseParameters
from trimtab.context.volatility_analyzer import VolatilityAnalyzer, VolatilityParameters
from trimtab.context.volume_analyzer import VolumeAnalyzer, VolumeParameters
from trimtab.domain.event_types import MarketEvent
from trimtab.domain.observations import Bars
from trimtab.domain.units import HOUR, Coin, Micros

from .markets import COMPILED

SCALE = 1.0 if COMPILED else 0.2


class Analyzer(Protocol):
    """What the suite asks of an analyzer, and of the engine that holds them all."""

    @property
    def coins(self) -> tuple[Coin, ...]: ...

    @property
    def fired(self) -> bool: ...

    def advance(self, bars: Bars, start: int, limit: int) -> tuple[Self, int]: ...

    def events(self, at: Micros) -> tuple[MarketEvent, ...]: ...

    def joined(self, coins: tuple[Coin, ...]) -> Self: ...


class CellAnalyzer(Analyzer, Protocol):
    """An analyzer proper: one cell per coin and one for the market."""

    @property
    def cells(self) -> Cells: ...

    def readings(self) -> tuple[Struct, ...]: ...


def phase(coins: tuple[Coin, ...]) -> PhaseDetector:
    return PhaseDetector.of(
        coins, HOUR, PhaseParameters(base_halflife=200.0, warm_up=60.0 * SCALE, decide=3.0)
    )


def volatility(coins: tuple[Coin, ...]) -> VolatilityAnalyzer:
    return VolatilityAnalyzer.of(
        coins,
        HOUR,
        VolatilityParameters(
            usual_halflife=100.0,
            warm_up=60.0 * SCALE,
            settled=80.0 * SCALE,
            census=5.0,
            memory_halflife=1.0,  # so quick that the weights have to be lightened
        ),
    )


def volume(coins: tuple[Coin, ...]) -> VolumeAnalyzer:
    return VolumeAnalyzer.of(coins, HOUR, VolumeParameters(warm_up=60.0 * SCALE, unusual=3.0))


def correlation(coins: tuple[Coin, ...]) -> CorrelationTracker:
    return CorrelationTracker.of(
        coins,
        HOUR,
        CorrelationParameters(
            short_halflife=6.0,
            long_halflife=72.0,
            learnt=20.0 * SCALE,
            warm_up=60.0 * SCALE,
            chance=0.15,
            rest=12.0,
        ),
    )


def engine(coins: tuple[Coin, ...]) -> MarketContextEngine:
    return MarketContextEngine(
        coins, phase(coins), volatility(coins), volume(coins), correlation(coins)
    )


ANALYZERS: tuple[Callable[[tuple[Coin, ...]], CellAnalyzer], ...] = (
    phase,
    volatility,
    volume,
    correlation,
)
ALL: tuple[Callable[[tuple[Coin, ...]], Analyzer], ...] = (*ANALYZERS, engine)
