"""A later start of the same bot: everything stands as it was, under what is written now."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from trimtab.domain.decisions import StageChanged
from trimtab.domain.facts import Derived
from trimtab.domain.observations import EngineStarted
from trimtab.mind.adapting import governed, trials
from trimtab.mind.mind import Mind

_FIXED: dict[str, Callable[[EngineStarted], object]] = {
    "bot": lambda one: one.bot,
    "mode": lambda one: one.mode,
    "strategy": lambda one: one.strategy,
    "length of a bar": lambda one: one.interval,
    "coins": lambda one: one.instruments,
    "topics": lambda one: one.configuration.topics,
    "costs": lambda one: one.configuration.costs,
    "capital": lambda one: one.configuration.capital,
}
"""What the state is made of: what has been learnt and earned holds for nothing else."""


def obstacle(before: EngineStarted, now: EngineStarted) -> str | None:
    """What the state of the start before cannot take over from this one; None: nothing."""
    changed = [name for name, read in _FIXED.items() if read(before) != read(now)]
    return ", ".join(changed) or None


def start_again(mind: Mind, started: EngineStarted) -> tuple[Mind, list[Derived]]:
    """Positions, orders, contracts and pauses stand. A configuration written anew is in force.

    It ends the open contracts, for what they would be judged against is gone.
    """
    before = mind.started
    if obstacle(before, started) is not None:
        return mind, []
    facts: list[Derived] = []
    again = replace(mind, started=started)
    if started.configuration != before.configuration:
        engine, decisions = again.adaptation.rewritten(
            started.at, started.configuration, trials(mind)
        )
        again = governed(again, engine)
        facts += decisions
    return _staged(again, before, facts)


def _staged(mind: Mind, before: EngineStarted, facts: list[Derived]) -> tuple[Mind, list[Derived]]:
    """A stage written anew is in force; else the one that an operator has set stands."""
    written, safety = mind.started.stage, mind.adaptation.safety
    if written == safety.stage:
        return mind, facts
    if written == before.stage:
        stands = StageChanged(mind.started.at, written, safety.stage, "as before the restart")
        return mind, [*facts, stands]
    engine = replace(mind.adaptation, safety=replace(safety, stage=written))
    return replace(mind, adaptation=engine), facts
