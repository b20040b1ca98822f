"""From what the strategy wants to orders, and the reason for each forecast not traded."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from trimtab.domain.facts import Derived
from trimtab.domain.units import Micros
from trimtab.mind.at_venue import ordered
from trimtab.mind.ghosts import Ghost
from trimtab.mind.limiting import Limited, limited
from trimtab.mind.mind import Mind
from trimtab.mind.tripping import trip
from trimtab.trading.books import Books
from trimtab.trading.strategy import Signals


def act_on(
    mind: Mind,
    signals: Signals,
    sigmas: NDArray[np.float64],
    now: Micros,
    unswayed: Signals | None = None,
) -> tuple[Mind, NDArray[np.int64], list[Derived]]:
    """Every book gets its orders; those of the actual book are told. Also its reason codes.

    `sigmas` [coin]: standard deviation of one bar's return, as the context has it now.
    `unswayed`: what would be wanted in the phase that the detector sees, where a person has
    overridden it.
    """
    limits, breakers = mind.safety.limits, mind.safety.breakers
    most = limits.orders_an_hour
    room = None if most is None else breakers.room(now, most)

    def planned(books: Books, wanted: Signals) -> Limited:
        after, reasons = books.planned(wanted, sigmas, now, paused=mind.reduces_only)
        return limited(books, after, reasons, limits, room)

    def led_on(ghost: Ghost) -> Ghost:
        own = unswayed if unswayed is not None and _is_of_phase(mind, ghost) else signals
        return ghost.changed(lambda books: planned(books, own).books)

    kept = planned(mind.books, signals)
    facts: list[Derived] = []
    if kept.books.news:
        mind, facts = ordered(mind, mind.teller.tell(kept.books.happened(), signals))
    mind = replace(mind, books=kept.books, ghosts=tuple(map(led_on, mind.ghosts)))
    if most is None:
        return mind, kept.reasons, facts
    counted = replace(mind.safety, breakers=breakers.ordered(now, kept.entries))
    mind, tripped = _watch_rate(mind.with_safety(counted), now, kept.crowded, most)
    return mind, kept.reasons, [*facts, *tripped]


def _is_of_phase(mind: Mind, ghost: Ghost) -> bool:
    return mind.safety.overrides.without(ghost.override).phase is None


def _watch_rate(mind: Mind, now: Micros, refused: int, most: int) -> tuple[Mind, list[Derived]]:
    if not refused:
        return mind, []
    check = f"{refused} more entries would be above the hard limit of {most} an hour"
    return trip(mind, now, "orders", "order_intended", check)
