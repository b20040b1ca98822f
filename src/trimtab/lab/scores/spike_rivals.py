"""What the volatility analyzer's spikes are compared with: three statistics of the moves alone."""

from __future__ import annotations

from collections.abc import Callable
from math import exp2

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trimtab.domain.observations import CLOSE, Bars

Floats = NDArray[np.float64]
Alarms = NDArray[np.bool_]

REFRACTORY = 24
"""Rows from an alarm to the next one; and the statistic has to come down first."""
WARM_UP = 800
"""Rows before that do not count."""
HALVINGS = 30


def z_score(bars: Bars) -> Floats:
    """|move| less its mean over the last week, in standard deviations of that week."""
    sizes = np.abs(_moves(bars))
    window = 168
    sums = np.cumsum(np.vstack([np.zeros((1, sizes.shape[1])), sizes]), axis=0)
    squares = np.cumsum(np.vstack([np.zeros((1, sizes.shape[1])), sizes**2]), axis=0)
    mean = (sums[window:-1] - sums[: -window - 1]) / window
    variance = (squares[window:-1] - squares[: -window - 1]) / window - mean**2
    scores = np.zeros_like(sizes)
    scores[window:] = (sizes[window:] - mean) / np.sqrt(np.maximum(variance, 1e-18))
    return scores


def short_over_long(bars: Bars) -> Floats:
    """Variance of the last hours over that of the last weeks: the statistic before this one."""
    return _ratio(_moves(bars) ** 2, 500.0)


def short_over_medium(bars: Bars) -> Floats:
    """Variance of the last hours over that of the last day."""
    return _ratio(_moves(bars) ** 2, 24.0)


RIVALS: dict[str, Callable[[Bars], Floats]] = {
    "z-score": z_score,
    "short over long": short_over_long,
    "short over medium": short_over_medium,
}


def alarms(statistic: Floats, limit: float) -> Alarms:
    """Where the statistic rises above the limit, after the warm-up."""
    rung = np.zeros(statistic.shape, np.bool_)
    _ring(statistic, limit, rung)
    return rung


def limit_for(statistics: list[Floats], count: int) -> float:
    """The highest limit at which the rival has at least `count` alarms in all."""
    low, high = 0.0, max(float(one.max()) for one in statistics)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if sum(int(alarms(one, middle).sum()) for one in statistics) >= count:
            low = middle
        else:
            high = middle
    return low


def _moves(bars: Bars) -> Floats:
    logs = np.log(bars[:, CLOSE])
    return np.diff(logs, axis=0, prepend=logs[:1])


def _ratio(squares: Floats, halflife: float) -> Floats:
    ratios = np.zeros_like(squares)
    _compare(squares, 1.0 - exp2(-1.0 / 3.1), 1.0 - exp2(-1.0 / halflife), ratios)
    return ratios


@njit(cache=True)
def _compare(squares: Floats, short_gain: float, long_gain: float, ratios: Floats) -> None:
    """Squares count at most fifty times the long mean."""
    for coin in range(squares.shape[1]):
        short, long = 0.0, 0.0
        for row in range(1, len(squares)):
            square = squares[row, coin]
            if row > 200:
                square = min(square, 50.0 * long)
            short += max(short_gain, 1.0 / row) * (square - short)
            long += max(long_gain, 1.0 / row) * (square - long)
            ratios[row, coin] = short / long if long > 0.0 else 1.0


@njit(cache=True)
def _ring(statistic: Floats, limit: float, rung: Alarms) -> None:
    for coin in range(statistic.shape[1]):
        last = -REFRACTORY
        above = False
        for row in range(len(statistic)):
            was_above = above
            above = statistic[row, coin] > limit
            if above and not was_above and row - last >= REFRACTORY and row >= WARM_UP:
                rung[row, coin] = True
                last = row
