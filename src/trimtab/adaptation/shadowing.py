"""Proposals that are not carried out still run: in a counterfactual book, to learn their worth.

A shadow contract is measured with the sign turned: its book trades the proposal, the bot does not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from trimtab.adaptation.adapted import E
from trimtab.adaptation.changes import inverse
from trimtab.adaptation.contracts import FIRST_COUNTERFACTUAL, MOST_OPEN, Contract
from trimtab.adaptation.judge import Measured
from trimtab.adaptation.judging import closed
from trimtab.adaptation.rules import diversify_positions, pause_topic, tighten_risk
from trimtab.adaptation.rules import widen_slippage_guard as guarding
from trimtab.domain.decisions import AdaptationProposed, AdaptationRefused, Decision
from trimtab.domain.event_types import (
    AlloraAccuracyDrop,
    CorrelationBreakdown,
    MarketEvent,
    VolatilitySpike,
    VolumeAnomaly,
)

SLOTS = 16
"""Counterfactual books in all; those of open contracts always find room."""


def shadowed(
    engine: E, proposal: AdaptationProposed, refused: AdaptationRefused
) -> tuple[E, AdaptationRefused]:
    """The refusal names the book that trades the proposal nevertheless, where one is free.

    Not while the bot is paused, when no book trades; nor what a rule already has on trial there.
    """
    shadows = [one for one in engine.contracts if one.shadow]
    known = any(one.rule == proposal.rule and one.touches(proposal.scope) for one in shadows)
    if proposal.restores or engine.paused or known or len(shadows) >= SLOTS - MOST_OPEN:
        return engine, refused
    undo = inverse(engine.configuration, proposal.change)
    contract = replace(Contract.of(proposal, undo, refused.context), shadow=True)
    opened = (*engine.contracts, contract)
    book = FIRST_COUNTERFACTUAL + len(opened) - 1
    return replace(engine, contracts=opened), replace(refused, counterfactual=book)


def lapsed(engine: E, event: MarketEvent, seen: Sequence[Measured]) -> tuple[E, list[Decision]]:
    """Ends the shadow contracts whose reason is over: the rule would have given back by now."""
    is_over = _ended_by(event)
    if is_over is None:
        return engine, []
    gone = [one.shadow and is_over(one) for one in engine.contracts]
    return closed(engine, event.at, gone, seen, "its reason is over")


def _ended_by(event: MarketEvent) -> Callable[[Contract], bool] | None:
    match event:
        case VolatilitySpike(over=True, coin=coin):
            return lambda one: one.rule == tighten_risk.NAME and one.touches((coin,))
        case VolumeAnomaly(over=True, coin=coin):
            return lambda one: one.rule == guarding.NAME and one.touches((coin,))
        case CorrelationBreakdown(over=True):
            return lambda one: one.rule == diversify_positions.NAME
        case AlloraAccuracyDrop(over=True, topic=topic):
            return lambda one: one.rule == pause_topic.NAME and topic in one.change.mix
        case _:
            return None
