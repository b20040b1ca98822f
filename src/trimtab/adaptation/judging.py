"""How a contract ends: judged, superseded, or taken back; each change by itself."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from trimtab.adaptation.adapted import E
from trimtab.adaptation.consequences import consequences
from trimtab.adaptation.contracts import Contract
from trimtab.adaptation.judge import Measured, judge, outlived, takes_back, verdict
from trimtab.adaptation.rules.strategy_rollback import Behind
from trimtab.domain.canonical import hash_of
from trimtab.domain.decisions import (
    AdaptationJudged,
    AdaptationRolledBack,
    Decision,
    Verdict,
)
from trimtab.domain.units import Coin, Micros


def superseded(
    engine: E,
    at: Micros,
    scope: tuple[Coin, ...],
    seen: Sequence[Measured],
    because: str,
    restored: str | None = None,
) -> tuple[E, list[Decision]]:
    """Closes the contracts whose coins a new change touches, judged on what they have."""
    touched = [one.touches(scope) for one in engine.contracts]
    return closed(engine, at, touched, seen, because, restored)


def closed(
    engine: E,
    at: Micros,
    which: Sequence[bool],
    seen: Sequence[Measured],
    because: str,
    restored: str | None = None,
) -> tuple[E, list[Decision]]:
    """Closes contracts before their time; `which` and `seen` are in the contracts' order.

    `restored`: the rule whose reason is over. Its own contracts have run their course.
    """
    ends = zip(engine.contracts, seen, which, strict=True)
    facts = [
        outlived(at, one, measured)
        if one.rule == restored
        else verdict(at, one, measured, "superseded", because)
        for one, measured, gone in ends
        if gone
    ]
    staying = tuple(one for one, gone in zip(engine.contracts, which, strict=True) if not gone)
    return learnt(replace(engine, contracts=staying), facts), [*facts]


def judged(engine: E, at: Micros, seen: Sequence[Measured]) -> tuple[E, list[Decision]]:
    """The verdicts that are due, and the rollbacks that follow."""
    facts = list[Decision]()
    for contract, measured in zip(engine.contracts, seen, strict=True):
        judgement = judge(at, contract, measured)
        if judgement is not None:
            engine = learnt(without(engine, contract), [judgement])
            facts.append(judgement)
            if takes_back(contract, judgement):
                because, ended_as = judgement.because, judgement.verdict
                engine, more = taken_back(engine, at, contract, because, ended_as)
                facts += more
    return engine, facts


def degraded(engine: E, at: Micros, behind: Sequence[Behind]) -> tuple[E, list[Decision]]:
    """Takes back what is behind, in this order."""
    facts = list[Decision]()
    for one in behind:
        judgement = verdict(at, one.contract, one.seen, "rolled_back", one.because)
        facts.append(judgement)
        ended = learnt(without(engine, one.contract), [judgement])
        engine, more = taken_back(ended, at, one.contract, one.because)
        facts += more
    return engine, facts


def learnt(engine: E, judgements: Sequence[AdaptationJudged]) -> E:
    """What the learner and the ladder make of judgements; a learner that is frozen nothing."""
    learner, rollout = engine.learner, engine.rollout
    until = engine.written.adapting.learn_until
    for judgement in judgements:
        rollout = rollout.after(engine.safety.stage, judgement)
        if until is None or judgement.at < until:
            learner = learner.after(judgement)
    return replace(engine, learner=learner, rollout=rollout)


def without(engine: E, contract: Contract) -> E:
    """No longer measured; what it changed stays for now."""
    staying = tuple(one for one in engine.contracts if one is not contract)
    return replace(engine, contracts=staying)


def taken_back(
    engine: E, at: Micros, contract: Contract, because: str, ended_as: Verdict = "rolled_back"
) -> tuple[E, list[Decision]]:
    """The configuration without the contract's change, and with every other; nothing is held by it.

    The contract itself has been closed before.
    """
    before = engine.configuration
    after = contract.undone(before, engine.written.mix)
    fact = AdaptationRolledBack(at, contract.adaptation, because, after, hash_of(after), ended_as)
    changes = consequences(at, contract.adaptation, before, after, f"rolled back: {because}")
    held = engine.held.released(contract.rule, contract.scope).resuming(contract.change.mix)
    return replace(engine, configuration=after, held=held), [fact, *changes]
