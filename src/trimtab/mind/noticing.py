"""When is a changed context worth telling?"""

from __future__ import annotations

from msgspec.structs import replace

from trimtab.context.accuracy_now import accuracy_now
from trimtab.domain.decisions import MarketContextUpdate
from trimtab.domain.facts import Derived
from trimtab.domain.market_context import MarketContext, TopicContext
from trimtab.mind.mind import Mind

CONFIDENCE_STEP = 0.1
RISK_STEP = 5.0


def notice(mind: Mind) -> tuple[Mind, list[Derived]]:
    """Tells the context if a person would notice what has changed since it was last told."""
    context = mind.context.context(mind.books.closed)
    if mind.told is not None and not _differs(mind.told, context):
        return mind, []
    if mind.accuracy.has_evidence:
        context = replace(context, accuracy=_accuracy(mind))
    fact = MarketContextUpdate(context.at, context, context.confidence)
    return replace(mind, told=context), [fact]


def _accuracy(mind: Mind) -> tuple[TopicContext, ...]:
    context = mind.context
    return accuracy_now(
        mind.accuracy, context.market_phase, context.volatility_regimes, context.sigmas
    )


def _differs(told: MarketContext, now: MarketContext) -> bool:
    return (
        _words(told) != _words(now)
        or abs(told.confidence - now.confidence) >= CONFIDENCE_STEP
        or abs(told.risk_level - now.risk_level) >= RISK_STEP
    )


def _words(context: MarketContext) -> tuple[object, ...]:
    coins = tuple((one.phase, one.volatility_regime, one.spiking) for one in context.coins)
    return (context.phase, context.volatility_regime, coins)
