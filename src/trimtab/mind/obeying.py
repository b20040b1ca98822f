"""Operator's commands. Pausing and stopping always work; raising anything may be refused."""

from __future__ import annotations

from typing import assert_never

from msgspec.structs import replace

from trimtab.adaptation.adaptation_engine import AdaptationEngine
from trimtab.adaptation.circuit_breakers import BREAKERS
from trimtab.domain.commands import (
    AddCrypto,
    Command,
    EndOverride,
    InjectEvent,
    OverrideAdaptation,
    OverrideContext,
    OverrideCrypto,
    OverrideRisk,
    Pause,
    RemoveCrypto,
    Resume,
    RollBack,
    SetStage,
    StopTrading,
)
from trimtab.domain.decisions import AdaptationRefused, Decision, SafetyPaused
from trimtab.mind.adapting import governed
from trimtab.mind.at_venue import rearmed
from trimtab.mind.guarding import with_floor
from trimtab.mind.letting_go import close_positions
from trimtab.mind.lives import answered, move_on
from trimtab.mind.mind import Mind
from trimtab.mind.mixing import change_mix
from trimtab.mind.overriding import override
from trimtab.mind.refusing import Obeyed, refuse, unknown
from trimtab.mind.simulating import inject
from trimtab.trading.records import ACTUAL


def obey(mind: Mind, command: Command) -> Obeyed:
    """What a command leads to; a refusal is a fact with its reason.

    Who asks is answered at once, but for coins: those are answered when they have got there.
    """
    before = mind
    mind, facts = _obeyed(mind, command)
    refusals = [one for one in facts if isinstance(one, AdaptationRefused) and _is_ours(one)]
    if refusals:
        return mind, [*facts, *answered(command.at, command.id, refusals[0].because)]
    if isinstance(command, AddCrypto | RemoveCrypto):
        return mind, facts
    if isinstance(command, StopTrading) and before.cryptos.in_life("closing"):
        mind, moved = move_on(mind, command.at)
        facts = [*facts, *moved]
    return mind, [*facts, *answered(command.at, command.id)]


def _is_ours(refused: AdaptationRefused) -> bool:
    """Whether the command was refused, and not a proposal that followed from it."""
    return refused.rule == "operator"


def _obeyed(mind: Mind, command: Command) -> Obeyed:
    match command:
        case Pause() | SetStage() | RollBack():
            engine, facts = _steered(mind.adaptation, command)
            return governed(mind, engine), [*facts]
        case Resume():
            return _resume(mind, command)
        case StopTrading():
            return _stop(mind, command)
        case AddCrypto() | RemoveCrypto():
            return change_mix(mind, command)
        case InjectEvent():
            return inject(mind, command)
        case (
            OverrideContext() | OverrideRisk() | OverrideCrypto() | OverrideAdaptation()
            | EndOverride()
        ):  # fmt: skip
            return override(mind, command)
        case _:
            assert_never(command)


def _steered(
    engine: AdaptationEngine, command: Pause | SetStage | RollBack
) -> tuple[AdaptationEngine, list[Decision]]:
    match command:
        case Pause():
            return engine.pause(command.at, command.actor, command.reason)
        case SetStage():
            return engine.staged(command.at, command.stage, command.reason, force=command.force)
        case RollBack():
            return engine.rolled_back(command.at, command.adaptation, command.reason)


def _resume(mind: Mind, command: Resume) -> Obeyed:
    """All breakers are re-armed, or nothing is: losses and the drawdown count from here on.

    Counterfactuals start again from the actual book, which alone has been resumed.
    """
    strangers = [name for name in command.breakers if name not in BREAKERS]
    if strangers:
        return refuse(mind, command, unknown("circuit breaker", strangers[0], BREAKERS, "is none"))
    left = mind.safety.breakers.not_named(command.breakers)
    if left:
        because = f"{', '.join(left)} would stay tripped: name every one, or none to mean all"
        return refuse(mind, command, because)
    engine, facts = mind.adaptation.resume(command.at, command.actor, command.reason)
    breakers = mind.safety.breakers.rearmed(float(mind.books.records[ACTUAL]["equity"]))
    engine = replace(engine, safety=replace(engine.safety, breakers=breakers))
    ghosts = tuple(one.changed(lambda own: own.resumed()) for one in mind.ghosts)
    resumed = replace(rearmed(mind), stopped=False, books=mind.books.resumed(), ghosts=ghosts)
    armed = with_floor(governed(resumed, engine))
    return replace(armed, books=armed.books.rebased()), [*facts]


def _stop(mind: Mind, command: StopTrading) -> Obeyed:
    """Nothing new from now on; `flatten` also sends an exit for every position."""
    mind, orders = close_positions(mind, command.at, flatten=command.flatten)
    fact = SafetyPaused(command.at, command.actor, command.reason)
    return replace(mind, stopped=True), [fact, *orders]
