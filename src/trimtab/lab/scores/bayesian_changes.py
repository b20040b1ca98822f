"""Bayesian online change point detection (Adams and MacKay 2007) for moves of unknown mean and size.

For each possible length of the present run the posterior of mean and variance is normal and
inverse gamma, so a move's predictive density is Student's t. Of the most likely run are told the
mean, the standard deviation and the length.
"""

from __future__ import annotations

from math import exp, lgamma, log, pi

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HAZARD = 1.0 / 120.0
LONGEST = 300
"""Longer runs are not told apart."""
BASE_HALFLIFE = 1_500.0


def run_statistics(moves: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """For each bar mean, standard deviation and length of its run, and the usual deviation."""
    mean, deviation, length, usual = (np.empty(len(moves)) for _ in range(4))
    degrees = 2.0 + np.arange(LONGEST + 1)
    heights = np.array(
        [lgamma(0.5 * (n + 1.0)) - lgamma(0.5 * n) - 0.5 * log(pi * n) for n in degrees.tolist()]
    )
    _run(moves, heights, mean, deviation, length, usual)
    return mean, deviation, length, usual


@njit(cache=True)
def _run(
    moves: Floats, heights: Floats, mean: Floats, deviation: Floats, length: Floats, usual: Floats
) -> None:
    chance = np.zeros(LONGEST + 1)
    sums = np.zeros(LONGEST + 1)
    squares = np.zeros(LONGEST + 1)
    chance[0] = 1.0
    base = 0.0
    gain = 1.0 - 2.0 ** (-1.0 / BASE_HALFLIFE)
    for row in range(len(moves)):
        base += max(gain, 1.0 / (row + 1.0)) * (moves[row] ** 2 - base)
        prior = base + 1e-300
        _weigh(moves[row], prior, heights, chance, sums, squares)
        _grow(moves[row], chance, sums, squares)
        best = int(np.argmax(chance))
        mean[row] = sums[best] / (best + 1.0)
        spread = prior + squares[best] - sums[best] ** 2 / (best + 1.0)
        deviation[row] = (max(spread, 1e-300) / (1.0 + best)) ** 0.5
        length[row] = max(best, 1)
        usual[row] = prior**0.5


@njit(cache=True)
def _weigh(
    move: float, prior: float, heights: Floats, chance: Floats, sums: Floats, squares: Floats
) -> None:
    """Each run's chance times its predictive density of the move; the prior counts as two moves."""
    for run in range(LONGEST + 1):
        weight = run + 1.0
        centre = sums[run] / weight
        scale = (2.0 * prior + squares[run] - sums[run] ** 2 / weight) * (weight + 1.0) / weight
        degrees = 2.0 + run
        distance = (move - centre) ** 2 / max(scale, 1e-300)
        density = heights[run] + 0.5 * log(degrees / max(scale, 1e-300))
        chance[run] *= exp(density - 0.5 * (degrees + 1.0) * log(1.0 + distance))


@njit(cache=True)
def _grow(move: float, chance: Floats, sums: Floats, squares: Floats) -> None:
    """Every run goes on or ends; the longest two are taken together."""
    total = chance.sum() + 1e-300
    last = LONGEST
    chance[last] = (chance[last] + chance[last - 1]) * (1.0 - HAZARD) / total
    for run in range(last - 1, 0, -1):
        chance[run] = chance[run - 1] * (1.0 - HAZARD) / total
    chance[0] = HAZARD
    share = last / (last + 1.0)
    sums[last] = share * (sums[last] + move)
    squares[last] = share * (squares[last] + move * move)
    for run in range(last - 1, 0, -1):
        sums[run] = sums[run - 1] + move
        squares[run] = squares[run - 1] + move * move
    sums[0], squares[0] = 0.0, 0.0
