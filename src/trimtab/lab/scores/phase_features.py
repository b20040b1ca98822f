"""What models of phases are usually fitted to: trends and volatilities over three half-lives."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HALFLIVES: Floats = np.array([8.0, 24.0, 72.0])
USUAL = 1_500.0
TINY = 1e-300


def phase_features(moves: Floats) -> Floats:
    """features[row, 9] of one market: trend, its size and volatility for each half-life."""
    features = np.empty((len(moves), 3 * len(HALFLIVES)))
    _fill(np.ascontiguousarray(moves), HALFLIVES, features)
    return features


@njit(cache=True)
def _fill(moves: Floats, halflives: Floats, features: Floats) -> None:
    mean, size = np.zeros(len(halflives)), np.zeros(len(halflives))
    usual = 0.0
    for row in range(len(moves)):
        move, fresh = moves[row], 1.0 / (row + 1.0)
        usual += max(1.0 - 2.0 ** (-1.0 / USUAL), fresh) * (abs(move) - usual)
        for place in range(len(halflives)):
            gain = max(1.0 - 2.0 ** (-1.0 / halflives[place]), fresh)
            mean[place] += gain * (move - mean[place])
            size[place] += gain * (abs(move) - size[place])
            trend = mean[place] / (size[place] + TINY) * sqrt(2.0 / gain - 1.0) / 1.3
            trend = min(max(trend, -4.0), 4.0)
            features[row, 3 * place] = trend
            features[row, 3 * place + 1] = abs(trend)
            features[row, 3 * place + 2] = log((size[place] + TINY) / (usual + TINY))
