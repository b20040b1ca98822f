"""Simulated market events: exercises, where nothing real is at stake."""

from __future__ import annotations

from trimtab.domain.commands import InjectEvent
from trimtab.domain.event_types import MarketEvent, MarketRegimeChange, VolatilitySpike
from trimtab.domain.market_context import PHASES, Phase, PhaseProbabilities
from trimtab.domain.units import MARKET
from trimtab.mind.adapting import adapt
from trimtab.mind.mind import Mind
from trimtab.mind.refusing import Obeyed, refuse, unknown


def inject(mind: Mind, command: InjectEvent) -> Obeyed:
    """The event as if the market had shown it, and what it leads to; refused in live trading."""
    if mind.started.mode == "live":
        return refuse(mind, command, "simulated events are refused in live trading")
    if not mind.trades:
        return refuse(mind, command, "the bot is still being taught: nothing is adapted yet")
    event = _simulated(mind, command)
    if isinstance(event, str):
        return refuse(mind, command, event)
    mind, decisions = adapt(mind, [event])
    return mind, [event, *decisions]


_SPIKES = {"volatility_spike": False, "volatility_spike_over": True}
"""What can be simulated of a coin, and whether it is the end of a spike."""


def _simulated(mind: Mind, command: InjectEvent) -> MarketEvent | str:
    """The event, or why there is none."""
    evidence = {"simulated": 1.0}
    if command.event in _SPIKES:
        if command.coin not in mind.coins:
            return unknown("coin", command.coin, mind.coins)
        ratio, over = max(1.0, command.strength), _SPIKES[command.event]
        return VolatilitySpike(command.at, command.coin, ratio, over, 1.0, evidence)
    phases: dict[str, Phase] = {phase: phase for phase in PHASES}
    if command.event in phases:
        before = PHASES[mind.context.market_phase]
        even = PhaseProbabilities(0.25, 0.25, 0.25, 0.25)
        after = phases[command.event]
        return MarketRegimeChange(command.at, MARKET, before, after, 1.0, even, even, evidence)
    can = ", ".join((*_SPIKES, *PHASES))
    return f"event {command.event!r} cannot be simulated; use one of {can}"
