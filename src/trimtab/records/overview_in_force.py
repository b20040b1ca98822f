"""What is in force now: the coins of every topic and the leverage of every coin."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from trimtab.adaptation.changes import changed
from trimtab.domain.configuration import Change, Configuration, Mix
from trimtab.domain.decisions import (
    AdaptationApplied,
    AdaptationRolledBack,
    CryptoMixChanged,
    RiskAdjustment,
)
from trimtab.domain.facts import Fact
from trimtab.domain.observations import EngineStarted
from trimtab.domain.units import Coin
from trimtab.records.crypto_mix_handler import mixed
from trimtab.records.risk_adjustment_handler import Leverages, levered


class InForce(Struct, frozen=True):
    """The part of the configuration that adaptations change."""

    mix: Mix
    leverage: float
    """For every coin that `coin_leverage` does not name."""
    coin_leverage: dict[Coin, float]


def see_in_force(known: InForce | None, fact: Fact) -> InForce | None:
    """What is in force after a fact; the same object where nothing changed."""
    match fact:
        case EngineStarted():
            return _started(known, fact.configuration)
        case AdaptationApplied() if known is not None:
            return _changed(known, fact.change)
        case AdaptationRolledBack():
            return _of(fact.configuration)
        case CryptoMixChanged(adaptation=None) if known is not None:
            return _mixed(known, fact)
        case RiskAdjustment(adaptation=None) if known is not None:
            return _levered(known, fact)
        case _:  # what follows from an adaptation has been told by it
            return known


def _started(known: InForce | None, written: Configuration) -> InForce:
    """What was in force before a restart stands; facts of their own tell what it changed."""
    return _of(written) if known is None else replace(known, leverage=written.risk.leverage)


def _of(configuration: Configuration) -> InForce:
    risk = configuration.risk
    return InForce(configuration.mix, risk.leverage, {**risk.coin_leverage})


def _changed(known: InForce, change: Change) -> InForce:
    return replace(
        known,
        mix=changed(known.mix, change.mix),
        coin_leverage=changed(known.coin_leverage, change.coin_leverage),
    )


def _mixed(known: InForce, fact: CryptoMixChanged) -> InForce:
    return replace(known, mix=mixed(known.mix, fact))


def _levered(known: InForce, fact: RiskAdjustment) -> InForce:
    now = levered(Leverages(known.leverage, known.coin_leverage), fact)
    return replace(known, leverage=now.general, coin_leverage=now.coins)
