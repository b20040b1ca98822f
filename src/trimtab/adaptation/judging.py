"""How a contract ends: judged, superseded, or taken back; each change by itself."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from trimtab.adaptation.adapted import E
from trimtab.adaptation.consequences import consequences
from trimtab.adaptation.contracts import Contract
from trimtab.adaptation.judge import Measured, judge, takes_back, verdict
from trimtab.adaptation.rules.strategy_rollback import Behind
from trimtab.domain.canonical import hash_of
from trimtab.domain.decisions import AdaptationRolledBack, Decision, Verdict
from trimtab.domain.units import Coin, Micros


def superseded(
    engine: E, at: Micros, scope: tuple[Coin, ...], seen: Sequence[Measured], because: str
) -> tuple[E, list[Decision]]:
    """Closes the contracts whose coins a new change touches, judged on what they have."""
    facts: list[Decision] = [
        verdict(at, one, measured, "superseded", because)
        for one, measured in zip(engine.contracts, seen, strict=True)
        if one.touches(scope)
    ]
    staying = tuple(one for one in engine.contracts if not one.touches(scope))
    return replace(engine, contracts=staying), facts


def judged(engine: E, at: Micros, seen: Sequence[Measured]) -> tuple[E, list[Decision]]:
    """The verdicts that are due, and the rollbacks that follow."""
    facts = list[Decision]()
    for contract, measured in zip(engine.contracts, seen, strict=True):
        judgement = judge(at, contract, measured)
        if judgement is not None:
            engine = _closed(engine, contract)
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
        facts.append(verdict(at, one.contract, one.seen, "rolled_back", one.because))
        engine, more = taken_back(_closed(engine, one.contract), at, one.contract, one.because)
        facts += more
    return engine, facts


def _closed(engine: E, contract: Contract) -> E:
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
