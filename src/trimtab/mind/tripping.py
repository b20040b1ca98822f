"""A circuit breaker trips: the bot pauses, and stays so until a person re-arms it."""

from __future__ import annotations

from msgspec.structs import replace

from trimtab.adaptation.circuit_breakers import Breaker
from trimtab.domain.facts import Derived
from trimtab.domain.units import Micros
from trimtab.mind.mind import Mind


def trip(
    mind: Mind, at: Micros, breaker: Breaker, event: str, check: str
) -> tuple[Mind, list[Derived]]:
    """The pause names the `event` that was refused or that showed it, and the `check` that failed."""
    safety = mind.safety
    breakers, fact = safety.breakers.trip(at, breaker, event, check)
    if fact is None:
        return mind, []
    because = safety.paused_because or check
    return mind.with_safety(replace(safety, breakers=breakers, paused_because=because)), [fact]
