"""Other drop detectors, each as the place of its first alarm in a stream of hits, or -1.

Windows alarm when their mean hit rate falls below a level. Page-Hinkley (Page 1954) and DDM (Gama
et al. 2004) are written from their papers, with the defaults that libraries give them. CUSUM (Page
1954) is told the truth.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log, sqrt

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trimtab.lab.scores.drop_streams import independent_hits

FirstAlarm = Callable[[NDArray[np.float64], int], int]
"""From hits and the number of forecasts within a horizon to a place."""


def window(horizons: int, level: float = 0.5) -> FirstAlarm:
    """The mean over the last so many horizons, whatever the overlap."""
    return lambda hits, overlap: _window(hits, horizons * overlap, level)


def page_hinkley(hits: NDArray[np.float64], _: int) -> int:
    """Drift 0.005, threshold 50, forgetting 0.9999, warm-up 30."""
    return _page_hinkley(hits, 0.005, 50.0, 0.9999, 30)


def ddm(hits: NDArray[np.float64], _: int) -> int:
    """Three standard deviations above the lowest error rate, warm-up 30."""
    return _ddm(hits, 3.0, 30)


def cusum(before: float, after: float, limit: float) -> FirstAlarm:
    """Told both rates: without overlap none has a shorter worst mean delay (Moustakides 1986).

    Hits that overlap count as what they are worth.
    """
    hit, miss = log(after / before), log((1.0 - after) / (1.0 - before))

    def first_alarm(hits: NDArray[np.float64], overlap: int) -> int:
        share = independent_hits(overlap) / overlap
        return _cusum(hits, hit * share, miss * share, limit)

    return first_alarm


@njit(cache=True, error_model="numpy")
def _cusum(hits: NDArray[np.float64], hit: float, miss: float, limit: float) -> int:
    total = 0.0
    for place in range(len(hits)):
        total = max(0.0, total + (hit if hits[place] > 0.0 else miss))
        if total >= limit:
            return place
    return -1


@njit(cache=True, error_model="numpy")
def _window(hits: NDArray[np.float64], length: int, level: float) -> int:
    total = 0.0
    for place in range(len(hits)):
        total += hits[place]
        if place >= length:
            total -= hits[place - length]
        if place >= length - 1 and total < level * length:
            return place
    return -1


@njit(cache=True, error_model="numpy")
def _page_hinkley(
    hits: NDArray[np.float64], drift: float, threshold: float, forgetting: float, warm_up: int
) -> int:
    mean, total, least = 0.0, 0.0, 0.0
    for place in range(len(hits)):
        error = 1.0 - hits[place]
        mean += (error - mean) / (place + 1)
        total = forgetting * total + error - mean - drift
        least = min(least, total)
        if place + 1 >= warm_up and total - least > threshold:
            return place
    return -1


@njit(cache=True, error_model="numpy")
def _ddm(hits: NDArray[np.float64], deviations: float, warm_up: int) -> int:
    rate, least_rate, least_spread = 0.0, np.inf, np.inf
    for place in range(len(hits)):
        rate += (1.0 - hits[place] - rate) / (place + 1)
        spread = sqrt(rate * (1.0 - rate) / (place + 1))
        if place + 1 < warm_up:
            continue
        if rate + spread <= least_rate + least_spread:
            least_rate, least_spread = rate, spread
        if rate + spread > least_rate + deviations * least_spread:
            return place
    return -1
