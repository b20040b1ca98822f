"""Part of the volatility kernel: how surprising a bar is, and how much evidence has gathered.

A bar's variance, over the one that was predicted for it, is placed among the coin's own past: each
of four levels is passed by a third of the bars that pass the level before it, whatever law they
follow. A bar's surprise is the number of levels that it passed; the cumulative sum of surprises
(Page 1954) is the evidence for a burst.
"""

from __future__ import annotations

from typing import Any

from numba import njit

LEVELS = 4
ONE_IN = (3.0, 9.0, 27.0, 81.0)
"""Bars pass a level."""
FIRST_LEVELS = (1.2, 2.2, 4.3, 8.3)
"""Where they begin: of GARCH(1, 1) with t-distributed shocks."""
APART = 1.05
"""A level is at least so many times the one before it,"""
LEAST_LEVEL = 1e-6
"""and the first one this."""
USUAL_SURPRISE = 0.9
DRIFT = 1.6
"""What a bar takes from the evidence: nearly twice the usual surprise."""
RECENT_GAIN = 0.242
"""Weight of the newest surprise in the mean of the last ones (half-life 2.5 bars)."""
USUAL_ECHO = 0.01
"""Of GARCH(1, 1) with persistence .95, on which the limit was fitted."""
LEAST_ECHO, MOST_ECHO = -0.03, 0.1
ECHO_WEIGHT, ECHO_CURVE = 12.0, 7.0
"""What an echo adds to the limit, and how much more a strong one does."""


@njit(cache=True, error_model="numpy")
def begin(cell: Any) -> None:
    """Before the first bar is weighed."""
    for place in range(LEVELS):
        cell["levels"][place] = FIRST_LEVELS[place]
    cell["recent"] = USUAL_SURPRISE
    cell["echo"] = USUAL_ECHO


@njit(cache=True, error_model="numpy")
def weigh(cell: Any, ratio: float, pace: float, gain: float) -> None:
    """Add a bar of this variance, over the predicted one, to the evidence.

    `pace` moves the levels, `gain` the echo: both are weights of the newest bar.
    """
    surprise = _surprise(cell["levels"], ratio, pace)
    recent = cell["recent"]
    echo = (surprise - USUAL_SURPRISE) * (recent - USUAL_SURPRISE)
    cell["echo"] += gain * (echo - cell["echo"])
    cell["recent"] = recent + RECENT_GAIN * (surprise - recent)
    gathered = 0.0 if cell["spiking"] else cell["evidence"]
    cell["evidence"] = max(0.0, gathered + surprise - DRIFT)


@njit(cache=True, error_model="numpy")
def limit(cell: Any, usual: float) -> float:
    """The evidence that is a burst: `usual`, but more where surprises follow surprises.

    What one bar can bring is the same for all; what further bars must add grows with the echo,
    the covariance of a surprise with the mean of those just before it.
    """
    echo = min(max(cell["echo"], LEAST_ECHO), MOST_ECHO) - USUAL_ECHO
    weight = ECHO_WEIGHT * (1.0 + ECHO_CURVE * max(echo, 0.0))
    return float(usual + weight * echo * max(usual - (LEVELS - DRIFT), 0.0))


@njit(cache=True, error_model="numpy")
def _surprise(levels: Any, ratio: float, pace: float) -> float:
    """Levels passed, and the way from the last one to the next; levels move to their shares.

    Stochastic approximation of quantiles (Robbins & Monro 1951), in proportion to the level: as
    the share of wilder bars falls with the square of the variance's root, memory is alike for all.
    """
    surprise = 0.0
    step = 0.5 * pace
    before, least = 0.0, LEAST_LEVEL
    for place in range(LEVELS):
        level = levels[place]
        surprise += min(max((ratio - before) / (level - before), 0.0), 1.0)
        rise = ONE_IN[place] - 1.0 if ratio > level else -1.0
        levels[place] = max(least, level + level * step * rise)
        least = APART * levels[place]
        before = level
    return surprise
