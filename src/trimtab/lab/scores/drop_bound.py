"""How soon any detector of a drop can be, at few false alarms: a bound that needs no detector.

If alarms come at a rate of at most a without a drop, the chance of one within m outcomes is at
most a m. An alarm in time is thus a test of m outcomes of that size, and no test finds a drop
with more power than the likelihood ratio's, whatever it knows of the past (Neyman & Pearson 1933).
"""

from __future__ import annotations

from itertools import count
from math import exp, lgamma, log


def shortest_delay(before: float, after: float, false_alarms: float) -> int:
    """The least median delay of any detector, in outcomes that do not overlap.

    `before`, `after`: rates of hits, which fall; `false_alarms`: alarms an outcome without a drop.
    Raises ValueError where there is no drop or no alarm.
    """
    if not 0.0 < after < before < 1.0:
        raise ValueError(f"after: hits do not fall from {before:g} to {after:g}; give a lower rate")
    if not false_alarms > 0.0:
        raise ValueError(f"false_alarms: {false_alarms:g} is never; give a rate above 0")
    return next(
        outcomes
        for outcomes in count(1)
        if power(outcomes, before, after, min(1.0, outcomes * false_alarms)) >= 0.5
    )


def power(outcomes: int, before: float, after: float, size: float) -> float:
    """Chance that the most powerful test of this size finds the drop in so many outcomes."""
    found = used = 0.0
    for usual, dropped in zip(_binomial(outcomes, before), _binomial(outcomes, after), strict=True):
        if used + usual >= size:
            return found + (size - used) / usual * dropped
        used, found = used + usual, found + dropped
    return 1.0


def _binomial(outcomes: int, rate: float) -> list[float]:
    """Chances of 0, 1, ... hits."""
    ways = (
        lgamma(outcomes + 1) - lgamma(hits + 1) - lgamma(outcomes - hits + 1)
        for hits in range(outcomes + 1)
    )
    return [
        exp(way + hits * log(rate) + (outcomes - hits) * log(1.0 - rate))
        for hits, way in enumerate(ways)
    ]
