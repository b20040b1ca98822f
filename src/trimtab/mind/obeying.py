"""Operator's commands. Pausing and stopping always work; raising anything may be refused."""

from __future__ import annotations

from typing import assert_never

from msgspec.structs import replace

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
from trimtab.domain.configuration import Change
from trimtab.domain.decisions import AdaptationRefused, SafetyPaused
from trimtab.domain.event_types import MarketEvent, MarketRegimeChange, VolatilitySpike
from trimtab.domain.facts import Derived
from trimtab.domain.market_context import PHASES, PhaseProbabilities
from trimtab.domain.units import MARKET
from trimtab.mind.adapting import adapt, governed
from trimtab.mind.mind import Mind
from trimtab.trading.stopping import stopped as stop_book

Obeyed = tuple[Mind, list[Derived]]


def obey(mind: Mind, command: Command) -> Obeyed:
    """What a command leads to; a refusal is a fact with its reason."""
    match command:
        case Pause():
            engine, facts = mind.adaptation.pause(command.at, command.actor, command.reason)
            return governed(mind, engine), [*facts]
        case Resume():
            return _resume(mind, command)
        case StopTrading():
            return _stop(mind, command)
        case SetStage():
            engine, facts = mind.adaptation.staged(command.at, command.stage, command.reason)
            return governed(mind, engine), [*facts]
        case RollBack():
            engine, facts = mind.adaptation.rolled_back(
                command.at, command.adaptation, command.reason
            )
            return governed(mind, engine), [*facts]
        case AddCrypto() | RemoveCrypto():
            return _change_mix(mind, command)
        case InjectEvent():
            return _inject(mind, command)
        case OverrideContext() | OverrideRisk():
            return _refuse(mind, command, "overrides are not taken by this version")
        case _:
            assert_never(command)


def _resume(mind: Mind, command: Resume) -> Obeyed:
    engine, facts = mind.adaptation.resume(command.at, command.actor, command.reason)
    resumed = replace(mind, stopped=False, books=mind.books.resumed())
    return governed(resumed, engine), [*facts]


def _stop(mind: Mind, command: StopTrading) -> Obeyed:
    """Nothing new from now on; `flatten` also sends an exit for every position."""
    books = stop_book(mind.books, command.at, flatten=command.flatten)
    mind = replace(mind, stopped=True, books=books)
    fact = SafetyPaused(command.at, command.actor, command.reason)
    return mind, [fact, *mind.teller.tell(books.happened())]


def _change_mix(mind: Mind, command: AddCrypto | RemoveCrypto) -> Obeyed:
    """A person's own change of the mix. A removed coin keeps its position until its exit."""
    if command.coin not in mind.coins:
        known = ", ".join(mind.coins)
        return _refuse(mind, command, f"coin {command.coin!r} has no feed; known are {known}")
    mix = mind.adaptation.configuration.mix
    topics = command.topics if isinstance(command, AddCrypto) else tuple(mix)
    changed = {
        topic: tuple(
            coin
            for coin in mind.coins
            if coin in mix[topic] or (coin == command.coin and isinstance(command, AddCrypto))
            if coin != command.coin or isinstance(command, AddCrypto)
        )
        for topic in topics
        if topic in mix
    }
    engine, facts = mind.adaptation.changed(command.at, Change(mix=changed), command.reason)
    return governed(mind, engine), [*facts]


def _inject(mind: Mind, command: InjectEvent) -> Obeyed:
    """A simulated market event, where nothing real is at stake."""
    if mind.started.mode == "live":
        return _refuse(mind, command, "simulated events are refused in live trading")
    event = _simulated(mind, command)
    if event is None:
        return _refuse(mind, command, f"event {command.event!r} cannot be simulated")
    mind, decisions = adapt(mind, [event])
    return mind, [event, *decisions]


def _simulated(mind: Mind, command: InjectEvent) -> MarketEvent | None:
    evidence = {"simulated": 1.0}
    if command.event == "volatility_spike" and command.coin in mind.coins:
        ratio = max(1.0, command.strength)
        return VolatilitySpike(command.at, command.coin, ratio, False, 1.0, evidence)  # noqa: FBT003
    phases = {phase: phase for phase in PHASES}
    if command.event in phases:
        before = PHASES[mind.context.market_phase]
        even = PhaseProbabilities(0.25, 0.25, 0.25, 0.25)
        after = phases[command.event]
        return MarketRegimeChange(command.at, MARKET, before, after, 1.0, even, even, evidence)
    return None


def _refuse(mind: Mind, command: Command, because: str) -> Obeyed:
    tag = command.__struct_config__.tag
    return mind, [AdaptationRefused(command.at, "operator", str(tag), because)]
