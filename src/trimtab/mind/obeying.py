"""Operator's commands. Pausing and stopping always work; raising anything may be refused."""

from __future__ import annotations

from typing import assert_never

from msgspec.structs import replace

from trimtab.adaptation.adaptation_engine import AdaptationEngine
from trimtab.domain.commands import (
    AddCrypto,
    Command,
    InjectEvent,
    OverrideContext,
    OverrideRisk,
    Pause,
    RemoveCrypto,
    Resume,
    RollBack,
    SetStage,
    StopTrading,
)
from trimtab.domain.decisions import Decision, SafetyPaused
from trimtab.mind.adapting import governed
from trimtab.mind.mind import Mind
from trimtab.mind.mixing import change_mix
from trimtab.mind.refusing import Obeyed, refuse
from trimtab.mind.simulating import inject
from trimtab.trading.stopping import stopped as stop_book


def obey(mind: Mind, command: Command) -> Obeyed:
    """What a command leads to; a refusal is a fact with its reason."""
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
        case OverrideContext() | OverrideRisk():
            return refuse(mind, command, "overrides are not taken by this version")
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
    """Counterfactuals start again from the actual book, which alone has been resumed."""
    engine, facts = mind.adaptation.resume(command.at, command.actor, command.reason)
    resumed = replace(mind, stopped=False, books=mind.books.resumed().rebased())
    return governed(resumed, engine), [*facts]


def _stop(mind: Mind, command: StopTrading) -> Obeyed:
    """Nothing new from now on; `flatten` also sends an exit for every position.

    Counterfactuals follow: trials measure changes, not the stop.
    """
    books = stop_book(mind.books, command.at, flatten=command.flatten).rebased()
    mind = replace(mind, stopped=True, books=books)
    fact = SafetyPaused(command.at, command.actor, command.reason)
    return mind, [fact, *mind.teller.tell(books.happened())]
