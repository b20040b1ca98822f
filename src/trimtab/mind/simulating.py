"""Simulated market events: exercises, where nothing real is at stake."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from trimtab.adaptation.steps import STEPS
from trimtab.domain.commands import InjectEvent
from trimtab.domain.event_types import (
    AlloraAccuracyDrop,
    CorrelationBreakdown,
    MarketEvent,
    MarketRegimeChange,
    PerformanceDegradation,
    VolatilitySpike,
    VolumeAnomaly,
)
from trimtab.domain.market_context import PHASES, Phase, PhaseProbabilities
from trimtab.domain.units import MARKET
from trimtab.mind.adapting import adapt
from trimtab.mind.mind import Mind
from trimtab.mind.refusing import Obeyed, refuse, unknown

_EVIDENCE = {"simulated": 1.0}
_OVER = "_over"
"""Ends the name of an event that is the end of another."""


def inject(mind: Mind, command: InjectEvent) -> Obeyed:
    """The event as if the market had shown it, and what it leads to; refused in live trading."""
    if mind.started.mode == "live":
        return refuse(mind, command, "simulated events are refused in live trading")
    if not mind.trades:
        return refuse(mind, command, "the bot is still being taught: nothing is adapted yet")
    if command.event in FAULTS:
        armed = replace(mind.adaptation, fault=FAULTS[command.event])
        return replace(mind, adaptation=armed), []
    event = _simulated(mind, command)
    if isinstance(event, str):
        return refuse(mind, command, event)
    mind, decisions = adapt(mind, [event])
    return mind, [event, *decisions]


def _spike(mind: Mind, command: InjectEvent) -> MarketEvent | str:
    if command.coin not in mind.coins:
        return unknown("coin", command.coin, mind.coins)
    over = command.event.endswith(_OVER)
    ratio = max(1.0, command.strength)
    return VolatilitySpike(command.at, command.coin, ratio, over, 1.0, _EVIDENCE)


def _volume(mind: Mind, command: InjectEvent) -> MarketEvent | str:
    if command.coin not in mind.coins:
        return unknown("coin", command.coin, mind.coins)
    over = command.event.endswith(_OVER)
    return VolumeAnomaly(command.at, command.coin, command.strength, 1.0, _EVIDENCE, over)


def _breakdown(mind: Mind, command: InjectEvent) -> MarketEvent | str:
    """One coin against all others, or all pairs for the whole market."""
    usual = 0.8
    if command.event.endswith(_OVER):
        return CorrelationBreakdown(command.at, (), usual, usual, 1.0, _EVIDENCE, over=True)
    chosen = mind.coins if command.coin == MARKET else (command.coin,)
    if command.coin not in {*mind.coins, MARKET}:
        return unknown("coin", command.coin, mind.coins)
    pairs = tuple(
        (min(one, other), max(one, other))
        for one in chosen
        for other in mind.coins
        if one < other or (one != other and other not in chosen)
    )
    if not pairs:
        return f"{command.coin} has no other coin to move with: watch two at least"
    now = usual - min(max(command.strength, 0.0), 1.0) * usual
    return CorrelationBreakdown(command.at, pairs, usual, now, 1.0, _EVIDENCE)


def _drop(mind: Mind, command: InjectEvent) -> MarketEvent | str:
    names = tuple(topic.name for topic in mind.adaptation.configuration.topics)
    if command.topic is None or command.topic not in names:
        return unknown("topic", command.topic or "", names)
    over = command.event.endswith(_OVER)
    fallen = 0.55 - 0.1 * min(max(command.strength, 0.0), 1.0)
    accuracy = 0.55 if over else fallen
    return AlloraAccuracyDrop(command.at, command.topic, 0.55, accuracy, over, 1.0, _EVIDENCE)


def _degradation(mind: Mind, command: InjectEvent) -> MarketEvent | str:
    """Strength 1 is a fall to the drawdown limit; less is a warning."""
    limit = mind.adaptation.configuration.risk.maximum_drawdown or 1.0
    fallen = limit * min(max(command.strength, 0.0), 2.0)
    return PerformanceDegradation(command.at, fallen, limit, 1.0, _EVIDENCE)


def _regime(mind: Mind, command: InjectEvent) -> MarketEvent | str:
    before, even = PHASES[mind.context.market_phase], PhaseProbabilities(0.25, 0.25, 0.25, 0.25)
    return MarketRegimeChange(
        command.at, MARKET, before, _PHASES[command.event], 1.0, even, even, _EVIDENCE
    )


_PHASES: dict[str, Phase] = {phase: phase for phase in PHASES}

_MAKERS: dict[str, Callable[[Mind, InjectEvent], MarketEvent | str]] = {
    "volatility_spike": _spike,
    "volatility_spike_over": _spike,
    "volume_anomaly": _volume,
    "volume_anomaly_over": _volume,
    "correlation_breakdown": _breakdown,
    "correlation_breakdown_over": _breakdown,
    "allora_accuracy_drop": _drop,
    "allora_accuracy_drop_over": _drop,
    "performance_degradation": _degradation,
    **dict.fromkeys(PHASES, _regime),
}
"""What can be simulated; a change of the market's regime goes by the name of the new phase."""


FAULTS = {f"fault_in_{step}": step for step in STEPS}
"""Exercises that make the next adaptation fail at this step."""

EVENTS = (*_MAKERS, *FAULTS)


def _simulated(mind: Mind, command: InjectEvent) -> MarketEvent | str:
    """The event, or why there is none."""
    make = _MAKERS.get(command.event)
    if make is None:
        return f"event {command.event!r} cannot be simulated; use one of {', '.join(EVENTS)}"
    return make(mind, command)
