"""The stationary bootstrap: how far a figure of a series would have scattered by chance.

Days are drawn in blocks whose lengths are geometric, so that what hangs together in time stays
together (Politis and Romano 1994). How long blocks should be follows from the series' own
autocorrelation (Politis and White 2004, corrected by Patton, Politis and White 2009).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Days = NDArray[np.int64]
"""[replication, day]: which days were drawn."""
Statistics = Callable[[Days], Floats]
"""[statistic, replication] of the drawn days; NaN where one is not defined."""

REPLICATIONS = 2_000
CHUNK = 200
"""Replications at once, so that memory stays small."""
FEWEST_DAYS = 20
"""Fewer say nothing about chance."""
MOST_UNDEFINED = 0.05
"""Share of replications in which a figure may be undefined; with more it has no interval."""
LEVEL = 0.95


def intervals(
    sample: Floats, statistics: Statistics, block: float, centres: Floats | None = None
) -> list[tuple[float, float]]:
    """For each statistic the 2.5 % and 97.5 % quantiles over replications (NaN: no interval).

    `sample` [day, ...] is all that the statistics look at: the draws follow from its bytes, so the
    same figures always get the same intervals. `block` is the mean length of a block.
    `centres` [statistic]: where the median is moved to, with the quantiles; NaN: it stays.
    """
    seed = int.from_bytes(sha256(np.ascontiguousarray(sample).tobytes()).digest()[:8])
    draws = drawn_days(len(sample), block, seed)
    figures = np.concatenate([statistics(days) for days in draws], axis=1)
    found = [_quantiles(line) for line in figures]
    if centres is None:
        return found
    moves = np.nan_to_num(centres - np.nanmedian(figures, axis=1)).tolist()
    return [(low + by, high + by) for (low, high), by in zip(found, moves, strict=True)]


def _quantiles(figures: Floats) -> tuple[float, float]:
    known = figures[np.isfinite(figures)]
    if len(known) < (1.0 - MOST_UNDEFINED) * len(figures):
        return np.nan, np.nan
    tail = (1.0 - LEVEL) / 2.0
    low, high = np.quantile(known, (tail, 1.0 - tail)).tolist()
    return low, high


def drawn_days(count: int, block: float, seed: int) -> Iterator[Days]:
    """All replications of `count` days, a chunk at a time; after the last day comes the first.

    `seed`: 64 bits without a sign.
    """
    days = np.empty((CHUNK, count), np.int64)
    state = np.array([seed], np.uint64)
    for _ in range(REPLICATIONS // CHUNK):
        _draw(days, 1.0 - 1.0 / block, state)
        yield days


@njit(cache=True)
def _draw(days: Days, share: float, state: NDArray[np.uint64]) -> None:
    """Within a block the next day follows; elsewhere any day begins one."""
    replications, count = days.shape
    for replication in range(replications):
        for day in range(count):
            if day > 0 and _chance(state) < share:
                days[replication, day] = (days[replication, day - 1] + 1) % count
            else:
                days[replication, day] = int(_chance(state) * count)


@njit(cache=True)
def _chance(state: NDArray[np.uint64]) -> float:
    """From 0 up to 1: splitmix64 (Steele, Lea and Flood 2014), the same bits with any library."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    mixed = state[0]
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed = mixed ^ (mixed >> np.uint64(31))
    return float(mixed >> np.uint64(11)) * 2.0**-53


def block_length(series: Floats) -> float:
    """The mean length of blocks that estimates the variance of the series' mean best; at least 1."""
    if not np.ptp(series) > 0.0:
        return 1.0
    count = len(series)
    longest = np.ceil(min(3.0 * np.sqrt(count), count / 3.0))
    lags = int(np.ceil(np.sqrt(count))) + _run(count)
    gaps = series - series.mean()
    products = np.array([gaps[lag:] @ gaps[: count - lag] for lag in range(lags + 1)]) / count
    used = min(2 * _first_quiet_lag(gaps, products, lags), lags)
    lag = np.arange(1, used + 1)
    weighted = np.minimum(1.0, 2.0 * (1.0 - lag / used)) * products[1 : used + 1]
    slope, variance = 2.0 * (lag * weighted).sum(), products[0] + 2.0 * weighted.sum()
    if variance == 0.0:
        return float(longest)
    length = (slope**2 / variance**2) ** (1.0 / 3.0) * count ** (1.0 / 3.0)
    return float(np.clip(length, 1.0, longest))


def _run(count: int) -> int:
    """So many lags in a row without correlation are the end of it."""
    return max(5, int(np.log10(count)))


def _first_quiet_lag(gaps: Floats, products: Floats, lags: int) -> int:
    """The first lag from which a run of autocorrelations is not significant, or the last one."""
    count, run = len(gaps), _run(len(gaps))
    limit = 2.0 * np.sqrt(np.log10(count) / count)
    squares = np.cumsum(gaps**2)
    lag = np.arange(1, lags + 1)
    ends = (squares[-1] - squares[lag]) * squares[count - lag - 2]
    significant = np.abs(count * products[1:]) >= limit * np.sqrt(ends)
    for first in range(1, lags - run + 1):
        if not significant[first - 1 : first - 1 + run].any():
            return first
    return lags
