"""How well drop detectors do: false alarms, delay and misses, each at every overlap."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.lab.scores.drop_bound import shortest_delay
from trimtab.lab.scores.drop_rivals import FirstAlarm
from trimtab.lab.scores.drop_streams import (
    before_and_after,
    independent_hits,
    overlapping_hits,
    useless_hits,
)

BEFORE, AFTER = 0.56, 0.48
CALM = 300
"""Horizons before the drop."""
SHARE = 0.2
LONGEST = 4_000
"""Horizons after it in which it has to be noticed."""


class DropRow(Struct, frozen=True):
    """One detector at one overlap; lengths in horizons, so that overlaps can be compared."""

    detector: str
    overlap: int
    false_alarms: float
    """In 10,000 horizons without a drop."""
    median_delay: float | None
    """None where fewer than half of the drops were noticed."""
    missed: float
    """Share of drops that were never noticed."""


class DropScores(Struct, frozen=True):
    """All rows of a run."""

    seeds: int
    patience: float
    rows: tuple[DropRow, ...]
    useless: dict[str, float]
    """By overlap: false alarms of the e-detector on useless forecasts that seldom change their
    mind, as a multiple of what `patience` promises at most (one in so many horizons)."""
    shortest: dict[str, float] = {}
    """By overlap: the least median delay that any detector with `SHARE` of the false alarms of the
    window of 200 can have. With overlap a horizon counts as so many independent hits as all of
    its hits are worth, which is no proof. Left out where the window gave no false alarm."""

    def row(self, detector: str, overlap: int) -> DropRow:
        """Raises KeyError where there is none."""
        for row in self.rows:
            if (row.detector, row.overlap) == (detector, overlap):
                return row
        raise KeyError(f"{detector} at overlap {overlap}")


def scored(
    name: str,
    first_alarm: FirstAlarm,
    overlap: int,
    quiet: int,
    generators: Iterable[np.random.Generator],
) -> DropRow:
    """A detector over all generators; `quiet`: horizons without a drop for each."""
    alarms, horizons = 0, 0.0
    delays: list[float] = []
    for generator in generators:
        steady = overlapping_hits(np.full(quiet * overlap, BEFORE), overlap, generator)
        alarms += len(false_alarms(first_alarm, steady, overlap))
        horizons += quiet
        skills = before_and_after(BEFORE, AFTER, CALM, LONGEST, overlap)
        delays.append(delay(first_alarm, overlapping_hits(skills, overlap, generator), overlap))
    noticed = np.isfinite(delays)
    median = float(np.median(delays))
    return DropRow(
        name,
        overlap,
        alarms / horizons * 1e4,
        median if np.isfinite(median) else None,
        1.0 - float(noticed.mean()),
    )


def shortest(window: DropRow) -> float | None:
    """The bound for `SHARE` of a window's false alarms, in horizons; None where it gave none."""
    worth = independent_hits(window.overlap)
    rate = SHARE * window.false_alarms / 1e4 / worth
    return round(shortest_delay(BEFORE, AFTER, rate) / worth, 1) if rate > 0.0 else None


def useless_ratio(
    first_alarm: FirstAlarm,
    overlap: int,
    quiet: int,
    patience: float,
    generators: Iterable[np.random.Generator],
) -> float:
    """False alarms on useless forecasts, over what is promised."""
    alarms, horizons = 0, 0
    for generator in generators:
        hits = useless_hits(quiet * overlap, overlap, generator)
        alarms += len(false_alarms(first_alarm, hits, overlap))
        horizons += quiet
    return alarms / horizons * patience


def false_alarms(
    first_alarm: FirstAlarm, hits: NDArray[np.float64], overlap: int
) -> tuple[int, ...]:
    """Where it alarms, beginning anew after each."""
    places: list[int] = []
    start = 0
    while (place := first_alarm(hits[start:], overlap)) >= 0:
        start += place + 1
        places.append(start - 1)
    return tuple(places)


def delay(first_alarm: FirstAlarm, hits: NDArray[np.float64], overlap: int) -> float:
    """Horizons from the drop to the first alarm after it; infinite if there is none."""
    change, start = CALM * overlap, 0
    while (place := first_alarm(hits[start:], overlap)) >= 0:
        start += place + 1
        if start > change:
            return (start - change) / overlap
    return float("inf")
