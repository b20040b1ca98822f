"""How likely a Sharpe ratio is more than the luck of having tried many.

Bailey and Lopez de Prado 2014, "The Deflated Sharpe Ratio": the ratio that was chosen is held
against the best one that so many trials would have shown without any skill, and the error of the
ratio takes skew and fat tails into account. All ratios here are of one day, not of a year.
"""

from __future__ import annotations

from math import e, sqrt
from statistics import NormalDist

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FEWEST_DAYS = 20
"""Fewer tell nothing of skew and tails."""
_EULER = 0.5772156649015329
_NORMAL = NormalDist()


class Luck(Struct, frozen=True):
    """What a chosen ratio has to beat: that of the best of so many trials."""

    trials: int
    variance: float | None = None
    """Of their daily ratios; None where they were not kept."""


ONE_TRIAL = Luck(1)


class DeflatedSharpe(Struct, frozen=True):
    """A chosen Sharpe ratio beside what luck would have shown; both of one day."""

    probability: float
    """That the true ratio is above the luck of so many trials."""
    sharpe: float
    luck: float
    """Expected best ratio of so many trials without skill."""
    trials: int
    days: int


def deflated_sharpe(
    profits: Floats, trials: int, variance: float | None = None
) -> DeflatedSharpe | None:
    """Of the chosen trial's daily profits, float64[day]; None for a book that says too little.

    `trials` counts all that were tried, the chosen one included. `variance` is that of their daily
    ratios; None where they were not kept: then that of a ratio without skill, 1 / (days - 1).
    Raises ValueError for less than one trial.
    """
    days = len(profits)
    ratio = daily_sharpe(profits)
    if days < FEWEST_DAYS or ratio is None:
        return None
    spread = 1.0 / (days - 1) if variance is None else variance
    luck = luck_of_the_best(trials, spread)
    away = (profits - profits.mean()) / profits.std()
    skew, kurtosis = float((away**3).mean()), float((away**4).mean())
    error = 1.0 - skew * ratio + (kurtosis - 1.0) / 4.0 * ratio**2
    # Never below 0: kurtosis is at least 1 + skew squared.
    score = (ratio - luck) * sqrt(days - 1) / sqrt(max(error, 1e-12))
    return DeflatedSharpe(_NORMAL.cdf(score), ratio, luck, trials, days)


def luck_of_the_best(trials: int, variance: float) -> float:
    """Expected best of so many ratios that scatter around 0 with this variance.

    Raises ValueError for less than one trial.
    """
    if trials < 1:
        raise ValueError(f"{trials} trials: at least one was made")
    if trials == 1:
        return 0.0
    likely, rare = (_NORMAL.inv_cdf(1.0 - 1.0 / (trials * by)) for by in (1.0, e))
    return sqrt(variance) * ((1.0 - _EULER) * likely + _EULER * rare)


def daily_sharpe(profits: Floats) -> float | None:
    """Mean over sample deviation of a day; None if nothing moved."""
    spread = float(profits.std(ddof=1)) if len(profits) > 1 else 0.0
    return float(profits.mean()) / spread if spread > 0.0 else None


def variance_of_trials(profits: Floats) -> float | None:
    """Of the daily Sharpe ratios of `profits[day, trial]`; None for less than two that moved.

    Trials at rest have no ratio; as zeros they would make luck look smaller than it is.
    """
    moved = [one for column in profits.T if (one := daily_sharpe(column)) is not None]
    return float(np.var(moved, ddof=1)) if len(moved) > 1 else None
