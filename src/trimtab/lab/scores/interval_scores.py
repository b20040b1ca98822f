"""Whether a comparison's intervals hold what they promise, on books whose difference is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import sqrt
from statistics import median

import numpy as np
from msgspec import Struct

from trimtab.lab.comparison import ADAPTED, STATIC
from trimtab.lab.paired_days import FIGURES, PairedDays
from trimtab.lab.report.grouped_bars import Series, grouped_bars
from trimtab.lab.scores.interval_arms import CAPITAL, OWN_TRADES, SAME_TRADES, Arms, marked

DAYS = 730
ADVANTAGE = 20.0
"""Planted, in bp a trade."""
PROMISED = 0.95
TOLERATED = 0.03

Interval = tuple[float, float]
Chances = Callable[[int], np.random.Generator]


class IntervalRow(Struct, frozen=True):
    """One figure of one kind of arms. Shares of all runs in which it has an interval."""

    arms: str
    figure: str
    holds_nothing: float
    """A/A: the interval holds 0, as the truth does."""
    found: float
    """With the planted advantage: the interval lies above 0 (below it, for a drawdown)."""
    width: float
    """Of the A/A intervals, the median, in the figure's own unit."""


class IntervalScores(Struct, frozen=True):
    """The whole report of one run."""

    runs: int
    """Of each kind of arms, A/A and with the advantage alike."""
    days: int
    advantage: float
    """Bp a trade."""
    chance: float
    """Standard error of a share of 95 % over so many runs."""
    rows: tuple[IntervalRow, ...]
    worst: float
    """The A/A share that is furthest from 95 %."""
    as_promised: bool
    """Whether every A/A share is 95 % give or take 3 points."""


def score_intervals(
    runs: int, chances: Chances, days: int = DAYS, kinds: tuple[Arms, ...] | None = None
) -> IntervalScores:
    """`chances`: of each run, new at every call. Raises ValueError where there are no runs."""
    if runs < 1:
        raise ValueError(f"runs is {runs}: give 1 or more")
    rows = tuple(
        row
        for arms in kinds or (SAME_TRADES, OWN_TRADES)
        for row in _rows(arms, chances, runs, days)
    )
    worst = max((row.holds_nothing for row in rows), key=lambda share: abs(share - PROMISED))
    chance = sqrt(PROMISED * (1.0 - PROMISED) / runs)
    fair = abs(worst - PROMISED) <= TOLERATED
    return IntervalScores(runs, days, ADVANTAGE, chance, rows, worst, fair)


def _rows(arms: Arms, chances: Chances, runs: int, days: int) -> list[IntervalRow]:
    equal = _intervals(arms, 0.0, map(chances, range(runs)), days)
    better = _intervals(arms, ADVANTAGE, map(chances, range(runs)), days)
    return [_row(arms.name, name, equal[name], better[name]) for name in FIGURES]


def _intervals(
    arms: Arms, advantage: float, chances: Iterable[np.random.Generator], days: int
) -> dict[str, list[Interval]]:
    """By figure, of those runs that have one."""
    found: dict[str, list[Interval]] = {name: [] for name in FIGURES}
    for chance in chances:
        marks = marked(arms, advantage, days, chance)
        told = PairedDays.of([marks], (ADAPTED, STATIC), CAPITAL).intervals()
        for name, interval in told.items():
            if interval is not None:
                found[name].append(interval)
    return found


def _row(arms: str, name: str, equal: list[Interval], better: list[Interval]) -> IntervalRow:
    nothing, other = np.array(equal, np.float64), np.array(better, np.float64)
    low, high = nothing[:, 0], nothing[:, 1]
    widths: list[float] = (high - low).tolist()
    good = other * (-1.0 if "drawdown" in name else 1.0)
    return IntervalRow(
        arms=arms,
        figure=name,
        holds_nothing=float(np.mean((low <= 0.0) & (high >= 0.0))),
        found=float(np.mean(good.min(axis=1) > 0.0)),
        width=median(widths),
    )


def interval_picture(scores: IntervalScores) -> str:
    """As SVG: for each kind of arms the shares of intervals that hold 0."""
    kinds = list(dict.fromkeys(row.arms for row in scores.rows))
    labels = [name.replace("_", " ").removeprefix("max ") for name in FIGURES]
    series = [
        Series(kind, tuple(row.holds_nothing for row in scores.rows if row.arms == kind))
        for kind in kinds
    ]
    title = f"95 % intervals of two equal arms that hold 0, {scores.runs} runs each"
    return grouped_bars(title, labels, series)
