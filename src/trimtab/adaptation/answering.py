"""Which rule answers a market event, in which order, and how soon again."""

from __future__ import annotations

from collections.abc import Iterable

from trimtab.adaptation.adapted import Adapted
from trimtab.adaptation.held import Held
from trimtab.adaptation.rules import adapt_crypto_mix as mixing
from trimtab.adaptation.rules import diversify_positions as parting
from trimtab.adaptation.rules import pause_topic as dropping
from trimtab.adaptation.rules import strategy_rollback as degrading
from trimtab.adaptation.rules import tighten_risk as spiking
from trimtab.adaptation.rules import widen_slippage_guard as guarding
from trimtab.adaptation.rules.adapt_crypto_mix import adapt_crypto_mix
from trimtab.adaptation.rules.diversify_positions import diversify_positions
from trimtab.adaptation.rules.pause_topic import pause_topic
from trimtab.adaptation.rules.tighten_risk import tighten_risk
from trimtab.adaptation.rules.widen_slippage_guard import widen_slippage_guard
from trimtab.adaptation.situation import Situation
from trimtab.domain.configuration import Configuration
from trimtab.domain.decisions import AdaptationProposed, AdaptationRefused
from trimtab.domain.event_types import (
    AlloraAccuracyDrop,
    CorrelationBreakdown,
    MarketEvent,
    MarketRegimeChange,
    PerformanceDegradation,
    VolatilitySpike,
    VolumeAnomaly,
)
from trimtab.domain.units import MARKET, AdaptationId, Micros

PRIORITIES: tuple[type[MarketEvent], ...] = (
    PerformanceDegradation, AlloraAccuracyDrop, VolatilitySpike, CorrelationBreakdown,
    VolumeAnomaly, MarketRegimeChange,
)  # fmt: skip
"""Of events at one instant: what loses money first, what may add risk last."""


RULES = (
    mixing.NAME, parting.NAME, dropping.NAME, spiking.NAME, guarding.NAME
)  # fmt: skip
"""The names of all that propose."""


def in_order(events: Iterable[MarketEvent]) -> list[MarketEvent]:
    """By priority; what begins before what is over, so that nothing is loosened for a moment."""
    return sorted(events, key=lambda one: (is_over(one), PRIORITIES.index(type(one))))


def is_over(event: MarketEvent) -> bool:
    """Whether the event ends an alarm: its answer gives back."""
    match event:
        case VolatilitySpike() | CorrelationBreakdown() | AlloraAccuracyDrop() | VolumeAnomaly():
            return event.over
        case MarketRegimeChange() | PerformanceDegradation():
            return False


def listens_to(event: MarketEvent, without: tuple[str, ...] = ()) -> bool:
    """Whether any rule answers: a coin's own phase and the market's own alarms are context.

    `without`: names of rules that are switched off.
    """
    if without and rule_of(event) in without:
        return False
    match event:
        case MarketRegimeChange():
            return event.coin == MARKET
        case VolatilitySpike() | VolumeAnomaly():
            return event.coin != MARKET
        case CorrelationBreakdown() | AlloraAccuracyDrop() | PerformanceDegradation():
            return True


def rule_of(event: MarketEvent) -> str:
    """The name of the rule whose trigger the event is."""
    match event:
        case VolatilitySpike():
            return spiking.NAME
        case CorrelationBreakdown():
            return parting.NAME
        case AlloraAccuracyDrop():
            return dropping.NAME
        case VolumeAnomaly():
            return guarding.NAME
        case MarketRegimeChange():
            return mixing.NAME
        case PerformanceDegradation():
            return degrading.NAME


def ask_rule(
    engine: Adapted, event: MarketEvent, situation: Situation, adaptation: AdaptationId
) -> AdaptationProposed | AdaptationRefused | None:
    """The answer of the rule whose trigger the event is."""
    now, moment = engine.configuration, situation._replace(held=engine.held)
    match event:
        case VolatilitySpike():
            return tighten_risk(now, event, moment, adaptation)
        case CorrelationBreakdown():
            return diversify_positions(now, event, moment, adaptation)
        case AlloraAccuracyDrop():
            return pause_topic(now, event, moment, adaptation)
        case VolumeAnomaly():
            return widen_slippage_guard(now, event, moment, adaptation)
        case MarketRegimeChange():
            choice = moment._replace(written=engine.held.open_to_trade(engine.written))
            return adapt_crypto_mix(now, event, choice, adaptation)
        case PerformanceDegradation():
            return None  # taken back, not proposed: see rules/strategy_rollback.py


def alarmed(held: Held, event: MarketEvent, written: Configuration) -> Held:
    """What the event holds down from now on, or releases."""
    match event:
        case VolatilitySpike(over=True):
            return held.released(spiking.NAME, [event.coin])
        case VolatilitySpike():
            return held.capped(spiking.NAME, spiking.caps(event, written))
        case CorrelationBreakdown(over=True):
            return held.released(parting.NAME, held.caps.get(parting.NAME, {}))
        case CorrelationBreakdown():
            return held.capped(parting.NAME, parting.caps(event, written))
        case _:
            return held


def too_soon(engine: Adapted, proposal: AdaptationProposed, interval: Micros) -> str | None:
    """A rule leaves a coin alone for the rest of a bar after it changed it; giving back may hurry.

    What raises risk waits longer: see `SafetyMonitor`.
    """
    recent = [
        coin
        for coin in proposal.scope
        if proposal.at - engine.answered.get(f"{proposal.rule}/{coin}", -interval) < interval
    ]
    if not recent:
        return None
    return f"quiet period: {proposal.rule} changed {', '.join(recent)} less than a bar ago"
