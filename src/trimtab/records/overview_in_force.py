"""What is in force now: the coins of every topic and the leverage of every coin."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from trimtab.domain.configuration import Configuration, Mix
from trimtab.domain.decisions import (
    AdaptationApplied,
    AdaptationRolledBack,
    CryptoMixChanged,
    RiskAdjustment,
)
from trimtab.domain.facts import Fact
from trimtab.domain.observations import EngineStarted
from trimtab.domain.units import MARKET, Coin


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
        case AdaptationApplied():
            return _of(fact.after)
        case AdaptationRolledBack():
            return _of(fact.configuration)
        case CryptoMixChanged() if known is not None:
            return _mixed(known, fact)
        case RiskAdjustment() if known is not None:
            return _levered(known, fact)
        case _:
            return known


def _started(known: InForce | None, written: Configuration) -> InForce:
    """What was in force before a restart stands; facts of their own tell what it changed."""
    return _of(written) if known is None else replace(known, leverage=written.risk.leverage)


def _of(configuration: Configuration) -> InForce:
    risk = configuration.risk
    return InForce(configuration.mix, risk.leverage, {**risk.coin_leverage})


def _mixed(known: InForce, fact: CryptoMixChanged) -> InForce:
    kept = [coin for coin in known.mix.get(fact.topic, ()) if coin not in fact.removed]
    coins = (*kept, *(coin for coin in fact.added if coin not in kept))
    return replace(known, mix={**known.mix, fact.topic: coins})


def _levered(known: InForce, fact: RiskAdjustment) -> InForce:
    if fact.coin == MARKET:
        return replace(known, leverage=fact.after)
    return replace(known, coin_leverage={**known.coin_leverage, fact.coin: fact.after})
