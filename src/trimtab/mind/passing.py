"""What is due before a fact that is no bar: time has gone on to it."""

from __future__ import annotations

from trimtab.domain.facts import Derived
from trimtab.domain.units import Micros
from trimtab.mind.expiring import expired
from trimtab.mind.joining import without_the_gone
from trimtab.mind.mind import Mind


def pass_to(mind: Mind, at: Micros) -> tuple[Mind, list[Derived]]:
    """Overrides and deadlines up to `at` are over, and coins that have gone leave all arrays.

    Not in the midst of bars: a block has one column for each coin.
    """
    mind, facts = expired(mind, at)
    return without_the_gone(mind), facts
