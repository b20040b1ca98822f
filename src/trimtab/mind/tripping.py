"""A circuit breaker trips: the bot pauses, and stays so until a person re-arms it."""

from __future__ import annotations

from msgspec.structs import replace

from trimtab.adaptation.circuit_breakers import Breaker
from trimtab.domain.facts import Derived
from trimtab.domain.units import Micros
from trimtab.mind.mind import Mind

LOSSES: frozenset[Breaker] = frozenset({"daily_loss", "weekly_loss"})
"""After which adaptations go one stage down; the drawdown limit sees to that itself."""


def trip(
    mind: Mind, at: Micros, breaker: Breaker, event: str, check: str
) -> tuple[Mind, list[Derived]]:
    """The pause names the `event` that was refused or that showed it, and the `check` that failed."""
    safety = mind.safety
    breakers, fact = safety.breakers.trip(at, breaker, event, check)
    if fact is None:
        return mind, []
    because = safety.paused_because or check
    paused = mind.with_safety(replace(safety, breakers=breakers, paused_because=because))
    if breaker not in LOSSES:
        return paused, [fact]
    engine, lowered = paused.adaptation.after_loss(at, check)
    return replace(paused, adaptation=engine), [fact, *lowered]
