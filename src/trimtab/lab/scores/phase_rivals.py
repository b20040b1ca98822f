"""Other ways to name a phase, each with a sensitivity: what the phase detector is compared with.

All are causal and know no parameter of the market. ``labels[row, market]`` are codes of phases.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trimtab.lab.regimes import BEAR, BULL, SIDEWAYS, VOLATILE
from trimtab.lab.scores.bayesian_changes import run_statistics

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
Rival = Callable[[Floats, float], Labels]
"""moves[row, market] and the strength of evidence that it asks for, 1.0 as usual, to labels."""

USUAL = 1_500.0
"""Half-life of the volatility that a market's own is compared with, in bars."""


def naive(moves: Floats, strength: float) -> Labels:
    """Means and volatilities of the last 20 bars, against those of the last 200."""
    mean, short, long = _rolled(moves, 20), _rolled(moves**2, 20), _rolled(moves**2, 200)
    deviation = np.sqrt(np.maximum(short - mean**2, 1e-300))
    restless = np.sqrt(short / np.maximum(long, 1e-300)) > 1.5 * strength
    return _named(mean / deviation > 0.1 * strength, mean / deviation < -0.1 * strength, restless)


def averages(moves: Floats, strength: float) -> Labels:
    """Exponential averages with hysteresis: the trend's t-statistic and the ratio of volatilities."""
    labels = np.empty(moves.shape, np.int64)
    for market in range(moves.shape[1]):
        _average(np.ascontiguousarray(moves[:, market]), strength, labels[:, market])
    return labels


def changes(moves: Floats, strength: float) -> Labels:
    """Bayesian online change point detection (Adams and MacKay 2007) and a rule on what it finds."""
    labels = np.empty(moves.shape, np.int64)
    for market in range(moves.shape[1]):
        mean, deviation, length, usual = run_statistics(np.ascontiguousarray(moves[:, market]))
        trend = mean / deviation * np.sqrt(length)
        labels[:, market] = _named(
            trend > strength, trend < -strength, deviation > 1.25 * usual, deviation < 0.6 * usual
        )
    return labels


def held(labels: Labels, bars: int) -> Labels:
    """The labels, each taken only when it has lasted so many bars in a row."""
    kept = labels.copy()
    for market in range(labels.shape[1]):
        _hold(labels[:, market], bars, kept[:, market])
    return kept


def _rolled(values: Floats, bars: int) -> Floats:
    """Mean of the last bars, of those that there are."""
    sums = np.cumsum(values, axis=0)
    counts = np.minimum(np.arange(1, len(values) + 1), bars)[:, np.newaxis]
    sums[bars:] -= sums[:-bars].copy()
    means: Floats = sums / counts
    return means


def _named(
    up: NDArray[np.bool_],
    down: NDArray[np.bool_],
    restless: NDArray[np.bool_],
    narrow: NDArray[np.bool_] | None = None,
) -> Labels:
    calm = ~up & ~down if narrow is None else narrow | (~up & ~down)
    return np.select([restless, calm, up], [VOLATILE, SIDEWAYS, BULL], BEAR)


@njit(cache=True)
def _average(moves: Floats, strength: float, labels: Labels) -> None:
    trend_gain = 1.0 - 2.0 ** (-1.0 / 48.0)
    quick_gain = 1.0 - 2.0 ** (-1.0 / 24.0)
    slow_gain = 1.0 - 2.0 ** (-1.0 / USUAL)
    mean, size, quick, slow = 0.0, 0.0, 0.0, 0.0
    label = SIDEWAYS
    for row in range(len(moves)):
        move, fresh = moves[row], 1.0 / (row + 1.0)
        mean += max(trend_gain, fresh) * (move - mean)
        size += max(trend_gain, fresh) * (abs(move) - size)
        quick += max(quick_gain, fresh) * (move * move - quick)
        slow += max(slow_gain, fresh) * (move * move - slow)
        trend = mean / (1.3 * size + 1e-300) * sqrt(2.0 / trend_gain - 1.0)
        label = _with_hysteresis(label, trend / strength, sqrt(quick / (slow + 1e-300)) / strength)
        labels[row] = label


@njit(cache=True)
def _with_hysteresis(label: int, trend: float, ratio: float) -> int:
    if ratio > (1.15 if label == VOLATILE else 1.6):
        return VOLATILE
    if trend > (0.7 if label == BULL else 1.6):
        return BULL
    if trend < (-0.7 if label == BEAR else -1.6):
        return BEAR
    return SIDEWAYS


@njit(cache=True)
def _hold(labels: Labels, bars: int, kept: Labels) -> None:
    label, candidate, streak = labels[0], labels[0], 0
    for row in range(len(labels)):
        streak = streak + 1 if labels[row] == candidate else 1
        candidate = labels[row]
        if streak >= bars:
            label = candidate
        kept[row] = label
