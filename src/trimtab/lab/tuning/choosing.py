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
from trimtab.lab.deflated_sharpe import DeflatedSharpe, deflated_sharpe, variance_of_trials
from trimtab.lab.overfitting import overfitting_probability
from trimtab.lab.tuning.folds import Fold, parts

Floats = NDArray[np.float64]

INNER = 4
"""Parts of the choosing days: a setting has to be good in several of them."""
FEWEST_TRADES = 40
"""Closed on the days that choose: the mean of forty is known to a sixth of a trade's spread."""


class Tried(NamedTuple):
    """What all trials did; [day, trial]."""

    profits: Floats
    trades: Floats
    """Positions closed on the day."""

    def until(self, day: int) -> Tried:
        """Only the days before it."""
        return Tried(self.profits[:day], self.trades[:day])


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
    """Probability that the best of the choosing days is below the median of others', among trials
    that could be chosen."""
    deflated: DeflatedSharpe | None
    """Of the chosen setting on the days that chose it, beside the luck of all trials."""
    could_be_chosen: int
    """Trials that traded enough on the days before the last fold, and the default."""


class Choice(NamedTuple):
    """A trial, and its score on the days that chose."""

    trial: int
    score: float


def score(profits: Floats, purge: int) -> float:
    """Mean Sharpe over parts of the days, less its standard error; a part at rest counts as 0.

    `profits[day]` of one trial.
    """
    ratios = np.array([sharpe(profits[part]) or 0.0 for part in parts(len(profits), INNER, purge)])
    return float(ratios.mean() - ratios.std(ddof=1) / sqrt(INNER))


def may_be_chosen(tried: Tried, default: int = 0) -> NDArray[np.bool_]:
    """[trial] Which traded enough. The default always may: keeping it needs no proof.

    Else a book at rest, whose score is 0, would win wherever all others lose.
    """
    enough: NDArray[np.bool_] = tried.trades.sum(axis=0) >= FEWEST_TRADES
    enough[default] = True
    return enough


def choose(tried: Tried, purge: int, default: int = 0) -> Choice:
    """The best trial of those that traded enough; the first of equals."""
    scores = np.array([score(column, purge) for column in tried.profits.T])
    scores[~may_be_chosen(tried, default)] = -np.inf
    best = int(np.argmax(scores))
    return Choice(best, float(scores[best]))


def judge(tried: Tried, walk: Sequence[Fold], purge: int, default: int = 0) -> Verdict:
    """Each fold by the choice of the days before it; trial `default` is as it was."""
    judged = [_judged(tried, fold, purge, default) for fold in walk]
    tuned = [tried.profits[one.first : one.stop, one.trial] for one in judged]
    kept = tried.profits[walk[0].first : walk[-1].stop, default]
    pair = np.column_stack([np.concatenate(tuned), kept])
    one, other = sharpe(pair[:, 0]), sharpe(pair[:, 1])
    low, high = _interval(pair)
    chose = tried.until(walk[-1].chosen_by)
    able = may_be_chosen(chose, default)
    return Verdict(
        tuple(judged), one, other, (one or 0.0) - (other or 0.0), low, high,
        overfitting_probability(chose.profits[:, able]), _deflated(chose.profits, judged[-1].trial),
        int(able.sum()),
    )  # fmt: skip


def _judged(tried: Tried, fold: Fold, purge: int, default: int) -> Judged:
    trial = choose(tried.until(fold.chosen_by), purge, default).trial
    days = tried.profits[fold.first : fold.stop]
    return Judged(fold.first, fold.stop, trial, sharpe(days[:, trial]), sharpe(days[:, default]))


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
    return deflated_sharpe(chose[:, trial], chose.shape[1], variance_of_trials(chose))
