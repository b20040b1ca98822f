"""How well contracts are judged: what is taken back rightly, what wrongly, and how soon."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt
from statistics import NormalDist

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.adaptation.judge import ENOUGH
from trimtab.lab.report.grouped_bars import Series, grouped_bars
from trimtab.lab.scores.judge_markets import (
    FAMILIES,
    UNPAIRED_SPREAD,
    Family,
)
from trimtab.lab.scores.judge_trials import HOURS, Ending, ending
from trimtab.trading.paired_trial import see_difference
from trimtab.trading.records import BOOK, TRIAL

GOOD, BAD = 8.0, -8.0
"""Planted effects, in bp of capital an hour."""
SMALLER = (-15.0, -3.0, 3.0)
"""Asked of the first family only."""
Seeded = Callable[[int], np.random.Generator]
"""The generator of a seed."""
LONGEST = 20 * HOURS
"""Hours that an unpaired test may take."""


class JudgeRow(Struct, frozen=True):
    """One effect in one kind of market. Shares of all contracts; they add up to 1."""

    market: str
    effect: float
    """Bp of capital an hour."""
    rolled_back: float
    """By the judge, on evidence, before the deadline."""
    kept: float
    """On evidence."""
    inconclusive: float
    """At the deadline."""
    median_hours: float | None
    """To the verdict on evidence that more than half of the contracts came to; else None."""
    restored: bool
    """Whether each configuration that was taken back is exactly the one before."""


class JudgeScores(Struct, frozen=True):
    """The whole report of one run."""

    seeds: int
    hours: int
    """From opening to deadline."""
    rows: tuple[JudgeRow, ...]
    unpaired_median_hours: float
    """Until the same test, of arms that do not see the same market, finds the bad effect."""
    delay_over_unpaired: float
    worst_false_rollback: float
    """The largest share of A/A or good contracts that the judge took back, over all markets."""
    most_possible: float
    """Share of bad ones that the best test of one look could find at the deadline, if it were wrong
    about A/A in 5 % and the difference of the arms had a spread of 60 bp (Neyman and Pearson)."""

    def row(self, market: str, effect: float) -> JudgeRow:
        """Raises KeyError where there is none."""
        for row in self.rows:
            if (row.market, row.effect) == (market, effect):
                return row
        raise KeyError(f"{effect:+g} bp in {market!r}")


def score_judge(seeds: int, seeded: Seeded, families: Sequence[Family] = FAMILIES) -> JudgeScores:
    """On the markets of seeds from 0 on, of every kind and effect; 200 take five minutes.

    Raises ValueError where there is nothing to score.
    """
    if seeds < 1:
        raise ValueError(
            f"seeds: {seeds} markets cannot be scored; give 1 or more, 200 for a report"
        )
    rows = tuple(
        _row(family, effect, [seeded(seed) for seed in range(seeds)])
        for number, family in enumerate(families)
        for effect in sorted((BAD, 0.0, GOOD, *(() if number else SMALLER)))
    )
    unpaired = unpaired_median_hours(seeds, seeded(seeds))
    hours = rows[1].median_hours or float("inf")
    harmless = (row.rolled_back for row in rows if row.effect in {0.0, GOOD})
    return JudgeScores(
        seeds, HOURS, rows, unpaired, hours / unpaired, max(harmless), most_possible(families[-1])
    )


def _row(family: Family, effect: float, generators: Sequence[np.random.Generator]) -> JudgeRow:
    ends = [ending(family, effect, generator) for generator in generators]
    proven = [end.hours for end in ends if end.verdict in {"kept", "rolled_back"}]
    return JudgeRow(
        family.name,
        effect,
        _share(ends, "rolled_back"),
        _share(ends, "kept"),
        _share(ends, "inconclusive"),
        float(np.median(proven)) if 2 * len(proven) > len(ends) else None,
        all(end.restored is not False for end in ends),
    )


def _share(ends: Sequence[Ending], verdict: str) -> float:
    return sum(end.verdict == verdict for end in ends) / len(ends)


def unpaired_median_hours(seeds: int, generator: np.random.Generator) -> float:
    """Arms that share no market, watched by the same kernel at the same threshold."""
    books, trials = np.zeros(2 + seeds, BOOK), np.zeros(seeds, TRIAL)
    trials["capital"], trials["enough"] = 1e4, ENOUGH
    found: NDArray[np.float64] = np.full(seeds, np.inf)
    for hour in range(1, LONGEST + 1):
        books["equity"][2:] -= BAD + generator.normal(0.0, UNPAIRED_SPREAD, seeds)
        see_difference(books, trials)
        found[trials["proven"] & np.isinf(found)] = hour
    return float(np.median(found))


def most_possible(family: Family) -> float:
    """Power of the one-sided likelihood ratio test at level 5 %, with normal differences."""
    distance = GOOD * sqrt(HOURS) / family.spread
    return 1.0 - NormalDist().cdf(NormalDist().inv_cdf(0.95) - distance)


def judge_picture(scores: JudgeScores) -> str:
    """What became of bad, equal and good changes, by kind of market; SVG."""
    markets = list(dict.fromkeys(row.market for row in scores.rows))
    series = [
        Series("bad, rolled back", _shares(scores, markets, BAD, "rolled_back")),
        Series("equal, rolled back", _shares(scores, markets, 0.0, "rolled_back")),
        Series("good, rolled back", _shares(scores, markets, GOOD, "rolled_back")),
        Series("good, kept", _shares(scores, markets, GOOD, "kept")),
    ]
    return grouped_bars("What the judge finds in 14 days", markets, series)


def _shares(
    scores: JudgeScores, markets: Sequence[str], effect: float, verdict: str
) -> tuple[float, ...]:
    return tuple(getattr(scores.row(market, effect), verdict) for market in markets)
