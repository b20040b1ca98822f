"""Which setting would have been chosen, and what became of the choice."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.lab.bootstrap import FEWEST_DAYS, Days, block_length, intervals
from trimtab.lab.daily import DAYS_A_YEAR, sharpe
from trimtab.lab.deflated_sharpe import DeflatedSharpe, daily_sharpe, deflated_sharpe
from trimtab.lab.overfitting import overfitting_probability
from trimtab.lab.tuning.folds import Fold, parts

Floats = NDArray[np.float64]

INNER = 4
"""Parts of the choosing days: a setting has to be good in several of them."""


class Judged(Struct, frozen=True):
    """One fold: the trial that the days before it chose, beside the default; Sharpe of a year."""

    first: int
    """Day of the record."""
    stop: int
    trial: int
    tuned: float | None
    default: float | None


class Verdict(Struct, frozen=True):
    """What choosing was worth on days that had no say in it."""

    folds: tuple[Judged, ...]
    tuned: float | None
    """Sharpe of the folds' chosen settings, one after the other."""
    default: float | None
    difference: float | None
    low: float | None
    high: float | None
    """95 % interval of the difference; None where there are too few days."""
    overfitting: float | None
    """Probability that the best of the choosing days is below the median of others'."""
    deflated: DeflatedSharpe | None
    """Of the chosen setting on the days that chose it."""


class Choice(NamedTuple):
    """A trial, and its score on the days that chose."""

    trial: int
    score: float


def score(profits: Floats, purge: int) -> float:
    """Mean Sharpe over parts of the days, less its standard error; a book at rest counts as 0.

    `profits[day]` of one trial.
    """
    ratios = np.array([sharpe(profits[part]) or 0.0 for part in parts(len(profits), INNER, purge)])
    return float(ratios.mean() - ratios.std(ddof=1) / sqrt(INNER))


def choose(profits: Floats, purge: int) -> Choice:
    """The best trial of `profits[day, trial]`; the first of equals."""
    scores = [score(column, purge) for column in profits.T]
    best = int(np.argmax(scores))
    return Choice(best, scores[best])


def judge(profits: Floats, walk: Sequence[Fold], purge: int, default: int = 0) -> Verdict:
    """Each fold by the choice of the days before it. `profits[day, trial]`; trial `default` is as it was."""
    judged, tuned = list[Judged](), list[Floats]()
    for fold in walk:
        trial = choose(profits[: fold.chosen_by], purge).trial
        days = profits[fold.first : fold.stop]
        tuned.append(days[:, trial])
        judged.append(
            Judged(fold.first, fold.stop, trial, sharpe(days[:, trial]), sharpe(days[:, default]))
        )
    pair = np.column_stack([np.concatenate(tuned), profits[walk[0].first : walk[-1].stop, default]])
    one, other = sharpe(pair[:, 0]), sharpe(pair[:, 1])
    low, high = _interval(pair)
    chose = profits[: walk[-1].chosen_by]
    return Verdict(
        tuple(judged), one, other, (one or 0.0) - (other or 0.0), low, high,
        overfitting_probability(chose), _deflated(chose, judged[-1].trial),
    )  # fmt: skip


def _interval(pair: Floats) -> tuple[float | None, float | None]:
    """Of the difference in Sharpe, both books on the same drawn days."""
    if len(pair) < FEWEST_DAYS or not np.ptp(pair[:, 0] - pair[:, 1]) > 0.0:
        return None, None

    def differences(days: Days) -> Floats:
        drawn = pair[days]
        spread = drawn.std(axis=1, ddof=1)
        ratios = np.where(spread > 0.0, drawn.mean(axis=1) / np.where(spread > 0.0, spread, 1.0), 0)
        return sqrt(DAYS_A_YEAR) * (ratios[:, 0] - ratios[:, 1])[None, :]

    block = max(block_length(series) for series in (*pair.T, pair[:, 0] - pair[:, 1]))
    ((low, high),) = intervals(pair, differences, block)
    return (None, None) if np.isnan(low) else (low, high)


def _deflated(chose: Floats, trial: int) -> DeflatedSharpe | None:
    ratios = np.array([daily_sharpe(column) or 0.0 for column in chose.T])
    count = len(ratios)
    variance = float(ratios.var(ddof=1)) if count > 1 else None
    return deflated_sharpe(chose[:, trial], count, variance)
