"""Days that choose and days that judge: the judging ones always come later.

Between them lies a gap. It is as long as a position lives (purge), so that no trade is in both, and
longer by the embargo, so that what the bot remembers of the last days has faded (Lopez de Prado
2018, chapter 7).
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

FIRST_SHARE = 0.4
"""Of the days, which only choose."""
FEWEST_DAYS = 30
"""In each fold, and before the first."""


class Fold(NamedTuple):
    """Days [0, chosen_by) choose; days [first, stop) judge."""

    chosen_by: int
    first: int
    stop: int


def folds(days: int, count: int, gap: int) -> list[Fold]:
    """So many folds of equal length over the days after the first `FIRST_SHARE`.

    Raises ValueError where they would be too short to say anything.
    """
    start = round(days * FIRST_SHARE)
    edges = [start + (days - start) * number // count for number in range(count + 1)]
    found = [Fold(edge - gap, edge, stop) for edge, stop in pairwise(edges)]
    shortest = min(found[0].chosen_by, *(fold.stop - fold.first for fold in found))
    if shortest < FEWEST_DAYS:
        raise ValueError(
            f"{days} days in {count} folds with a gap of {gap}: the shortest part has {shortest} "
            f"days, {FEWEST_DAYS} are needed: give a longer time or fewer folds"
        )
    return found


def parts(days: int, count: int, purge: int) -> list[slice]:
    """Equal parts of the choosing days, each without its first `purge` days, which reach back."""
    edges = [days * number // count for number in range(count + 1)]
    return [
        slice(min(edge + purge, stop), stop) if edge else slice(0, stop)
        for edge, stop in pairwise(edges)
    ]
