"""Adapted against static: the same facts, two books, the difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from trimtab.domain.units import TopicName
from trimtab.lab.metrics import BookMetrics, Marks, pooled
from trimtab.lab.paired_days import FIGURES, PairedDays

ADAPTED, STATIC = "adapted", "static"
"""The names of the two books in `books_marked`."""


class Difference(Struct, frozen=True):
    """Adapted minus static with its 95 % interval; None where it cannot be told.

    The interval is that of the stationary bootstrap (`lab.bootstrap`): days are drawn for both books
    at once. It needs three weeks of days.
    """

    value: float | None
    low: float | None = None
    high: float | None = None


class Differences(Struct, frozen=True):
    """What is compared."""

    sharpe: Difference
    win_rate: Difference
    net_bp_per_trade: Difference
    max_drawdown_at_10pct_vol: Difference


class Pair(Struct, frozen=True):
    """Two books that saw the same facts."""

    adapted: BookMetrics
    static: BookMetrics
    difference: Differences


class Comparison(Struct, frozen=True):
    """Each topic is a bot of its own with its own capital; `pooled` gives them equal weight."""

    pooled: Pair
    topics: dict[TopicName, Pair]


def compare(runs: Mapping[TopicName, Marks], capital: float) -> Comparison:
    """From the daily marks of one run per topic; `capital` is that of each run."""
    return Comparison(
        pooled=_pair(list(runs.values()), capital),
        topics={topic: _pair([marks], capital) for topic, marks in runs.items()},
    )


def _pair(runs: Sequence[Marks], capital: float) -> Pair:
    adapted, static = pooled(runs, ADAPTED, capital), pooled(runs, STATIC, capital)
    found = PairedDays.of(runs, (ADAPTED, STATIC), capital).intervals()
    differences = (
        difference(getattr(adapted, name), getattr(static, name), found[name]) for name in FIGURES
    )
    return Pair(adapted, static, Differences(*differences))


def difference(
    one: float | None, other: float | None, interval: tuple[float, float] | None
) -> Difference:
    """The first less the other; None where either is not defined."""
    if one is None or other is None:
        return Difference(None)
    return Difference(one - other, *(interval or (None, None)))
