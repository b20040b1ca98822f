"""An approved change is made whole, or not at all: then everything is as before, and told."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from msgspec.structs import replace

from trimtab.adaptation.adapted import Adapted, E
from trimtab.adaptation.changes import applied, inverse
from trimtab.adaptation.consequences import consequences
from trimtab.adaptation.contracts import FIRST_COUNTERFACTUAL, MOST_OPEN, Contract
from trimtab.adaptation.held import Held
from trimtab.adaptation.judge import Measured
from trimtab.adaptation.judging import superseded
from trimtab.adaptation.rules import pause_topic
from trimtab.adaptation.safety_monitor import Approved
from trimtab.adaptation.situation import Situation
from trimtab.adaptation.steps import CHECK, MAKE, UNDO, FailedStepError, take_step
from trimtab.domain.canonical import hash_of
from trimtab.domain.configuration import Change, Configuration, RiskLimits
from trimtab.domain.decisions import (
    AdaptationApplied,
    AdaptationFailed,
    AdaptationProposed,
    Decision,
)
from trimtab.domain.remembered import remembered
from trimtab.domain.units import AdaptationId, Coin, Micros


def apply_whole(
    engine: E, approved: Approved, seen: Sequence[Measured], situation: Situation
) -> tuple[E, list[Decision]]:
    """The change in force as a contract; or `adaptation_failed` and the configuration before."""
    proposal = approved.proposal
    try:
        after, undo = _whole(engine, proposal, situation.coins)
    except FailedStepError as failure:
        return failed(engine, proposal.at, proposal.adaptation, failure)
    because = f"{proposal.rule} changes its coins"
    restored = proposal.rule if proposal.restores else None
    cleared, facts = superseded(engine, proposal.at, proposal.scope, seen, because, restored)
    opened, more = _contracted(
        _remembered(cleared, proposal), proposal, after, undo, situation.context
    )
    return opened, [*facts, *more]


def failed(
    engine: E, at: Micros, adaptation: AdaptationId, failure: FailedStepError
) -> tuple[E, list[Decision]]:
    """Everything is as before but for the count of failures."""
    restored = hash_of(engine.configuration)
    fact = AdaptationFailed(at, adaptation, failure.step, failure.error, restored)
    return replace(engine, success=engine.success.failed(), fault=None), [fact]


def _whole(
    engine: Adapted, proposal: AdaptationProposed, coins: tuple[Coin, ...]
) -> tuple[Configuration, Change]:
    """The configuration after the change, and its exact inverse. Raises FailedStepError."""
    before, change = engine.configuration, proposal.change
    after = take_step(MAKE, engine.fault, lambda: applied(before, change))
    take_step(CHECK, engine.fault, lambda: _refuse_nonsense(after, coins))
    back = take_step(UNDO, engine.fault, lambda: _proven(before, after, inverse(before, change)))
    return after, back


def _refuse_nonsense(after: Configuration, coins: tuple[Coin, ...]) -> None:
    """Raises ValueError where a configuration cannot be traded."""
    topics = {topic.name for topic in after.topics}
    for topic, mix in after.mix.items():
        if topic not in topics:
            raise ValueError(f"mix: topic {topic!r} is not in the catalogue")
        strangers = [coin for coin in mix if coin not in coins]
        if strangers or len(set(mix)) < len(mix):
            raise ValueError(f"mix of {topic}: {strangers or mix} unknown or named twice")
    _refuse_numbers(after.risk)


def _refuse_numbers(risk: RiskLimits) -> None:
    """Raises ValueError where a coin's own limit is none."""
    for coin, leverage in risk.coin_leverage.items():
        if not (isfinite(leverage) and leverage > 0.0):
            raise ValueError(f"leverage of {coin}: {leverage} is not above 0")
    for coin, guard in risk.slippage_guard.items():
        if not (isfinite(guard) and guard >= 0.0):
            raise ValueError(f"slippage guard of {coin}: {guard} bp is not 0 or more")
    for coin, scale in risk.stop_scale.items():
        if not (isfinite(scale) and scale > 0.0):
            raise ValueError(f"stop of {coin}: a scale of {scale} is not above 0")


def _proven(before: Configuration, after: Configuration, undo: Change) -> Change:
    """The inverse. Raises ValueError where it does not give the configuration before."""
    if hash_of(applied(after, undo)) != _hash_in_force(before):
        raise ValueError("the inverse does not restore the configuration before")
    return undo


_hash_in_force = remembered(hash_of)
"""Asked of a configuration when it comes into force, and again when the next change is proven."""


def _contracted(
    engine: E, proposal: AdaptationProposed, after: Configuration, undo: Change, context: str
) -> tuple[E, list[Decision]]:
    """The new configuration in force, as a contract where there is room to measure it."""
    before = engine.configuration
    room = len(engine.in_force) < MOST_OPEN and not proposal.restores
    contract = Contract.of(proposal, undo, context)
    opened = (*engine.contracts, contract) if room else engine.contracts
    fact = AdaptationApplied(
        at=proposal.at,
        adaptation=proposal.adaptation,
        rule=proposal.rule,
        trigger=proposal.trigger,
        change=proposal.change,
        inverse=undo,
        scope=proposal.scope,
        because=proposal.because,
        confidence=proposal.confidence,
        expected=proposal.expected,
        evidence=proposal.evidence,
        stage=engine.safety.stage,
        leverage=before.risk.leverage,
        before_hash=_hash_in_force(before),
        after_hash=_hash_in_force(after),
        counterfactual=FIRST_COUNTERFACTUAL + len(opened) - 1 if room else None,
    )
    changes = consequences(proposal.at, proposal.adaptation, before, after, proposal.because)
    return replace(engine, configuration=after, contracts=opened), [fact, *changes]


def _remembered(engine: E, proposal: AdaptationProposed) -> E:
    """When what was changed, and what a paused topic had before."""
    changed = {**engine.safety.changed, **dict.fromkeys(proposal.scope, proposal.at)}
    answered = {f"{proposal.rule}/{coin}": proposal.at for coin in proposal.scope}
    return replace(
        engine,
        safety=replace(engine.safety, changed=changed),
        answered={**engine.answered, **answered},
        held=_held(engine, proposal),
        success=engine.success.applied(),
    )


def _held(engine: Adapted, proposal: AdaptationProposed) -> Held:
    if proposal.rule != pause_topic.NAME:
        return engine.held
    topics = proposal.change.mix
    if proposal.restores:
        return engine.held.resuming(topics)
    return engine.held.pausing({topic: engine.configuration.mix.get(topic, ()) for topic in topics})
