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
    ended = _ended_by(event)
    if ended is None:
        return engine, []
    rule, is_over = ended
    gone = [one.shadow and one.rule == rule and is_over(one) for one in engine.contracts]
    return closed(engine, event.at, gone, seen, "its reason is over", rule)


def _ended_by(event: MarketEvent) -> tuple[str, Callable[[Contract], bool]] | None:
    """The rule that would give back, and which of its contracts."""
    match event:
        case VolatilitySpike(over=True, coin=coin):
            return tighten_risk.NAME, lambda one: one.touches((coin,))
        case VolumeAnomaly(over=True, coin=coin):
            return guarding.NAME, lambda one: one.touches((coin,))
        case CorrelationBreakdown(over=True):
            return diversify_positions.NAME, lambda _: True
        case AlloraAccuracyDrop(over=True, topic=topic):
            return pause_topic.NAME, lambda one: topic in one.change.mix
        case _:
            return None
