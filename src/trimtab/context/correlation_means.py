"""What the arrays of the correlation kernel say: correlations, and how sure one may be of them."""

from __future__ import annotations

from math import nan

import numpy as np
from numpy.typing import NDArray

from trimtab.context.correlation_arrays import (
    DIFFERENCES,
    LONG_DIFFERENCE,
    LONG_SUM,
    PLANES,
    PRODUCTS,
    SHORT_DIFFERENCE,
    SHORT_SUM,
    SUMS,
    WEIGHT,
    Means,
)
from trimtab.domain.units import MARKET, Coin

Floats = NDArray[np.float64]


def pairs_of(coins: tuple[Coin, ...]) -> tuple[tuple[Coin, Coin], ...]:
    """In the order of the kernel; the earlier coin first."""
    return tuple((other, coin) for place, coin in enumerate(coins) for other in coins[:place])


def fresh_means(coins: tuple[Coin, ...]) -> Means:
    """Means that have seen nothing."""
    return np.zeros((PLANES, len(_subjects(coins))))


def rejoined_means(
    means: Means, before: tuple[Coin, ...], begin: Means, after: tuple[Coin, ...]
) -> Means:
    """For the coins `after`: pairs, coins and the market that were there `before` go on.

    What is new is as in `begin`.
    """
    fresh = begin.copy()
    places = {subject: place for place, subject in enumerate(_subjects(before))}
    for place, subject in enumerate(_subjects(after)):
        if subject in places:
            fresh[:, place] = means[:, places[subject]]
    return fresh


def _subjects(coins: tuple[Coin, ...]) -> tuple[frozenset[Coin], ...]:
    """What each place of the means is about: pairs, coins, the market."""
    return (*map(frozenset, pairs_of(coins)), *(frozenset({coin}) for coin in (*coins, MARKET)))


def now(means: Means) -> Floats:
    """Correlations of late; NaN where nothing is known."""
    return _correlations(means[SHORT_SUM], means[SHORT_DIFFERENCE])


def usual(means: Means) -> Floats:
    """Correlations as they are most of the time; NaN where nothing is known."""
    return _correlations(means[LONG_SUM], means[LONG_DIFFERENCE])


def variances_of_now(means: Means, gain: float) -> Floats:
    """Squared standard errors of `now`, whose newest row has the weight `gain`.

    What a row adds to a correlation r is (1 - r^2) times what it adds to atanh r, which is half
    of sum / mean sum - difference / mean difference. NaN where nothing is known.
    """
    up, down = means[LONG_SUM], means[LONG_DIFFERENCE]
    heard = (up > 0.0) & (down > 0.0)
    up, down = np.where(heard, up, nan), np.where(heard, down, nan)
    squares = (
        means[SUMS] / up**2 - 2.0 * means[PRODUCTS] / (up * down) + means[DIFFERENCES] / down**2
    )
    noise = 0.25 * means[WEIGHT] * squares * gain / (2.0 - gain)
    variances: Floats = (1.0 - now(means) ** 2) ** 2 * noise
    return variances


def _correlations(sums: Floats, differences: Floats) -> Floats:
    own = sums + differences
    own = np.where(own > 0.0, own, nan)
    correlations: Floats = (sums - differences) / own
    return correlations
