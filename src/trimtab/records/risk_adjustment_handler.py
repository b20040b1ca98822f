"""RiskAdjustmentHandler: `risk_adjustment` as a read model, every change with its reason."""

from __future__ import annotations

from typing import ClassVar, Self

from msgspec import Struct, field

from trimtab.domain.configuration import RiskLimits
from trimtab.domain.decisions import RiskAdjustment
from trimtab.domain.facts import Fact
from trimtab.domain.observations import EngineStarted
from trimtab.domain.units import MARKET, AdaptationId, Coin, Micros

CHANGES = 100
"""Changes kept."""


class Leverages(Struct, frozen=True):
    """Leverage in force."""

    general: float = 1.0
    """For every coin that `coins` does not name."""
    coins: dict[Coin, float] = {}


class RiskChange(Struct, frozen=True):
    """Leverage of a coin before and after, and why."""

    seq: int
    at: Micros
    coin: Coin
    before: float
    after: float
    because: str
    adaptation: AdaptationId | None
    """None: an operator did it."""


class RiskAdjustmentHandler(Struct, frozen=True):
    """Every coin's leverage now and the last changes, as of `seq`."""

    KINDS: ClassVar[tuple[type[Fact], ...]] = (EngineStarted, RiskAdjustment)
    """Facts that change it: the first start says what holds, all others what differs."""
    TYPE: ClassVar[str] = "risk_adjustment"
    """What it is about, on the broker."""

    seq: int = 0
    leverage: Leverages = field(default_factory=Leverages)
    changes: tuple[RiskChange, ...] = ()

    def see(self, seq: int, fact: Fact) -> Self:
        """After one more fact; itself for facts of other types, and for what it has seen."""
        if seq <= self.seq:
            return self
        match fact:
            case EngineStarted():
                return type(self)(seq, self._started(fact.configuration.risk), self.changes)
            case RiskAdjustment():
                changes = (*self.changes, _change(seq, fact))[-CHANGES:]
                return type(self)(seq, levered(self.leverage, fact), changes)
            case _:
                return self

    def _started(self, written: RiskLimits) -> Leverages:
        """What was in force before a restart stands, but for the general leverage."""
        coins = written.coin_leverage if self.seq == 0 else self.leverage.coins
        return Leverages(written.leverage, {**coins})


def levered(leverage: Leverages, fact: RiskAdjustment) -> Leverages:
    """What is in force after a change; one of the market is one of the general leverage."""
    if fact.coin == MARKET:
        return Leverages(fact.after, leverage.coins)
    return Leverages(leverage.general, {**leverage.coins, fact.coin: fact.after})


def _change(seq: int, fact: RiskAdjustment) -> RiskChange:
    return RiskChange(
        seq, fact.at, fact.coin, fact.before, fact.after, fact.because, fact.adaptation
    )
