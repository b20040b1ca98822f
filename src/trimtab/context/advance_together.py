"""Several states on the same rows: all stop where the first of them saw something happen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, Self, TypeVar

from trimtab.domain.observations import Bars

WINDOW = 512
"""Rows that the first one may run ahead; what the others then stop short of, it runs again."""


class Advancing(Protocol):
    """A state that consumes rows until something happens."""

    def advance(self, bars: Bars, start: int, limit: int) -> tuple[Self, int]:
        """The state after the rows from `start`, and the row to go on from."""
        ...


T = TypeVar("T", bound=Advancing)


def advance_together(parts: Sequence[T], bars: Bars, start: int, limit: int) -> tuple[list[T], int]:
    """The earliest stop wins; whoever ran past it runs again from its old state.

    Order the parts so that those that stop often, or cost little, come first. The stop may lie
    before `limit` although nothing happened: after `WINDOW` rows.
    """
    stop = min(start + WINDOW, limit)
    states: list[T] = []
    rows: list[int] = []
    for part in parts:
        state, stop = part.advance(bars, start, stop)
        states.append(state)
        rows.append(stop)
    for place, row in enumerate(rows):
        if row != stop:
            states[place] = parts[place].advance(bars, start, stop)[0]
    return states, stop
