"""What ends by itself: overrides at their time, and the patience with a coin that is to leave."""

from __future__ import annotations

from msgspec.structs import replace

from trimtab.domain.facts import Derived
from trimtab.domain.units import Micros
from trimtab.mind.letting_go import close_positions
from trimtab.mind.mind import Mind
from trimtab.mind.overriding import ended


def expired(mind: Mind, at: Micros) -> tuple[Mind, list[Derived]]:
    """All that is over at `at`."""
    if mind.next_end > at:
        return mind, []
    facts: list[Derived] = []
    for one in mind.safety.overrides.due(at):
        mind, fact = ended(mind, one.id, at, "its time is over")
        facts.append(fact)
    overdue = mind.cryptos.overdue(at)
    if not overdue:
        return mind, facts
    mind = replace(mind, cryptos=mind.cryptos.without_deadlines(overdue))
    mind, orders = close_positions(mind, at, overdue, flatten=True)
    return mind, [*facts, *orders]
