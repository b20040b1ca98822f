"""When is a changed context worth telling?"""

from __future__ import annotations

from msgspec.structs import astuple, replace

from trimtab.domain.decisions import MarketContextUpdate
from trimtab.domain.facts import Derived
from trimtab.domain.market_context import CoinContext, MarketContext, PhaseProbabilities
from trimtab.domain.rounding import shortened
from trimtab.mind.mind import Mind

CONFIDENCE_STEP = 0.1
RISK_STEP = 5.0


def notice(mind: Mind) -> tuple[Mind, list[Derived]]:
    """Tells the context if a person would notice what has changed since it was last told."""
    context = mind.context.context(mind.books.closed)
    if mind.told is not None and not _differs(mind.told, context):
        return mind, []
    told = _shortened(context)
    fact = MarketContextUpdate(context.at, told, told.confidence)
    return replace(mind, told=context), [fact]


def _shortened(context: MarketContext) -> MarketContext:
    """As it is told: to four digits. What is decided is computed with all of them."""
    return replace(
        context,
        confidence=shortened(context.confidence),
        probabilities=_beliefs(context.probabilities),
        volatility=_reading(context.volatility),
        volatility_ratio=shortened(context.volatility_ratio),
        mean_correlation=_reading(context.mean_correlation),
        volume_z=shortened(context.volume_z),
        risk_level=shortened(context.risk_level),
        coins=tuple(map(_coin_shortened, context.coins)),
    )


def _coin_shortened(one: CoinContext) -> CoinContext:
    return replace(
        one,
        confidence=shortened(one.confidence),
        probabilities=_beliefs(one.probabilities),
        volatility=_reading(one.volatility),
        volatility_ratio=shortened(one.volatility_ratio),
        volume_z=shortened(one.volume_z),
    )


def _beliefs(exact: PhaseProbabilities) -> PhaseProbabilities:
    return PhaseProbabilities(*[round(belief, 4) for belief in astuple(exact)])


def _reading(exact: float | None) -> float | None:
    return None if exact is None else shortened(exact)


def _differs(told: MarketContext, now: MarketContext) -> bool:
    return (
        _words(told) != _words(now)
        or abs(told.confidence - now.confidence) >= CONFIDENCE_STEP
        or abs(told.risk_level - now.risk_level) >= RISK_STEP
    )


def _words(context: MarketContext) -> tuple[object, ...]:
    coins = tuple((one.phase, one.volatility_regime, one.spiking) for one in context.coins)
    return (context.phase, context.volatility_regime, coins)
