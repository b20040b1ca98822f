"""Quiet markets, and the same with bursts: what a detector of volatility spikes is scored on.

Returns are a GARCH(1, 1) (Bollerslev 1986) with Student's t. A bar's own variance is random too,
so that its range is as wild as its move: the range tells no secret that real bars would keep.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.domain.observations import Bars

Floats = NDArray[np.float64]

LARGEST_SHOCK = 8.0
"""In standard deviations, so that no price explodes."""
SIGMA = 0.006
"""Standard deviation of a bar's log return; it cancels out of every score."""


class Family(Struct, frozen=True):
    """One kind of quiet market."""

    name: str
    tails: float
    """Degrees of freedom."""
    reaction: float
    memory: float
    """Persistence is the sum of both."""


FAMILIES = (
    Family("usual", 4.0, 0.08, 0.87),
    Family("wilder tails", 3.5, 0.08, 0.87),
    Family("tails 5", 5.0, 0.08, 0.87),
    Family("thinner tails", 6.0, 0.08, 0.87),
    Family("forgetful", 4.0, 0.10, 0.75),
    Family("persistent", 4.0, 0.06, 0.92),
    Family("very persistent", 4.0, 0.09, 0.90),
    Family("very persistent, thin", 6.0, 0.09, 0.90),
    Family("nervous", 4.0, 0.15, 0.82),
)


class Bursts(Struct, frozen=True):
    """Rows during which all moves are `times` as large; `apart` rows from one to the next."""

    length: int = 6
    times: float = 3.0
    apart: int = 300
    """On average: half to one and a half times as many."""
    first: int = 800


class SpikeMarket(Struct, frozen=True, eq=False):
    """Independent coins and the truth about their bursts; arrays are read-only."""

    bars: Bars
    begins: NDArray[np.bool_]
    """bool[rows, coins]: where a burst begins."""


def spike_market(
    family: Family,
    shape: tuple[int, int],
    generator: np.random.Generator,
    bursts: Bursts | None = None,
) -> SpikeMarket:
    """Of `shape` rows and coins. Without bursts it is quiet: every alarm is a false one."""
    begins = _begins(shape, bursts, generator) if bursts else np.zeros(shape, np.bool_)
    times = _times(begins, bursts) if bursts else np.ones(shape)
    mixing = (family.tails - 2.0) / generator.chisquare(family.tails, shape)
    normal = generator.standard_normal(shape)
    mixing = np.minimum(mixing, (LARGEST_SHOCK / np.maximum(np.abs(normal), 1e-9)) ** 2)
    variance = SIGMA**2 * mixing * times**2 * _garch(family, normal * np.sqrt(mixing))
    bars = _bars(normal * np.sqrt(variance), variance, generator)
    for values in (bars, begins):
        values.flags.writeable = False
    return SpikeMarket(bars, begins)


def _begins(
    shape: tuple[int, int], bursts: Bursts, generator: np.random.Generator
) -> NDArray[np.bool_]:
    rows, coins = shape
    begins = np.zeros(shape, np.bool_)
    most = rows // (bursts.apart // 2) + 1
    waits = generator.integers(bursts.apart // 2, bursts.apart * 3 // 2, (most, coins))
    for coin, starts in enumerate((bursts.first + np.cumsum(waits, axis=0)).T):
        begins[starts[starts < rows - 5 * bursts.length], coin] = True
    return begins


def _times(begins: NDArray[np.bool_], bursts: Bursts) -> Floats:
    bursting = begins.copy()
    for later in range(1, bursts.length):
        bursting[later:] |= begins[:-later]
    return np.where(bursting, bursts.times, 1.0)


def _garch(family: Family, shocks: Floats) -> Floats:
    """Variance of every row, 1 on average; bursts do not feed back."""
    base = 1.0 - family.reaction - family.memory
    variance = np.ones_like(shocks)
    for row in range(1, len(shocks)):
        before = variance[row - 1]
        squares = before * shocks[row - 1] ** 2
        variance[row] = base + family.reaction * squares + family.memory * before
    return variance


def _bars(moves: Floats, variance: Floats, generator: np.random.Generator) -> Bars:
    """High and low by the exact law of a Brownian bridge's extremes between open and close."""
    logs = 1.0 - generator.random((2, *moves.shape))
    reach = np.sqrt(moves**2 - 2.0 * variance * np.log(logs))
    closes = np.cumsum(moves, axis=0)
    opens = closes - moves
    highs = opens + 0.5 * (moves + reach[0])
    lows = opens + 0.5 * (moves - reach[1])
    prices = 100.0 * np.exp(np.stack([opens, highs, lows, closes], axis=1))
    prices[:, 1] = np.maximum(prices[:, 1], np.maximum(prices[:, 0], prices[:, 3]))
    prices[:, 2] = np.minimum(prices[:, 2], np.minimum(prices[:, 0], prices[:, 3]))
    volumes = np.full((len(moves), 1, moves.shape[1]), 1_000.0)
    return np.ascontiguousarray(np.concatenate([prices, volumes], axis=1))
