"""Streams of hits and misses whose drop is known, for scoring drop detectors.

Outcomes of a forecast that is issued `overlap` times within its horizon share most of their luck:
a hit is a latent normal below its quantile, and the latent is the mean of the last `overlap` shocks,
so that outcomes a whole horizon apart are independent and nearer ones are not.
"""

from __future__ import annotations

from math import asin, pi, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from trimtab.lab.persistence import persistent

Hits = NDArray[np.float64]
"""1 a hit, 0 a miss; one a forecast, oldest first."""


def overlapping_hits(
    skills: NDArray[np.float64], overlap: int, generator: np.random.Generator
) -> Hits:
    """One hit a skill; `overlap` 1 gives independent ones."""
    shocks = generator.standard_normal(len(skills) + overlap - 1)
    latent = _sums(shocks, overlap) / sqrt(overlap)
    levels = {skill: NormalDist().inv_cdf(skill) for skill in np.unique(skills).tolist()}
    quantiles = np.array([levels[skill] for skill in skills.tolist()])
    return np.where(latent < quantiles, 1.0, 0.0)


def independent_hits(overlap: int) -> float:
    """How many independent hits are worth as much as all those of one horizon.

    The variance of their mean over many horizons, at a rate of about one half: the signs of
    normals that correlate r do so by (2 / pi) asin r.
    """
    lags = range(1 - overlap, overlap)
    return overlap / sum(2.0 / pi * asin(1.0 - abs(lag) / overlap) for lag in lags)


def useless_hits(
    count: int, overlap: int, generator: np.random.Generator, memory: float = 3.0
) -> Hits:
    """Of forecasts that know nothing and seldom change their mind: `memory` horizons in the mean."""
    moves = _sums(generator.standard_normal(count + overlap - 1), overlap)
    views = persistent(count, 1, float(np.exp(-1.0 / (memory * overlap))), generator)[:, 0]
    return np.where(moves * views > 0.0, 1.0, 0.0)


def _sums(shocks: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    """Of every `length` neighbours."""
    total = np.concatenate([[0.0], np.cumsum(shocks)])
    sums: NDArray[np.float64] = total[length:] - total[:-length]
    return sums


def before_and_after(
    before: float, after: float, calm: int, length: int, overlap: int
) -> NDArray[np.float64]:
    """Skills: `calm` horizons of one, then `length` horizons of the other."""
    return np.repeat([before, after], [calm * overlap, length * overlap])
