"""Do larger forecasts earn more? What a forecast's size adds to the edge of its context.

A forecaster that knows how sure it is says more when it is surer. Of every topic the residual of
the scores, what came less what its context was believed to bring, is regressed on how much larger
than usual the forecast was. Without an intercept: that is the ledger's own business. The noise of
the product's sum is measured by the differences between its sums over successive blocks of nine
horizons (batch means), so overlap, persistent luck and coins that move together count for what they
are.
"""

from __future__ import annotations

from math import exp2, sqrt
from typing import Any

import numpy as np
from numba import njit

from trimtab.context.accuracy_axes import AXES
from trimtab.context.accuracy_beliefs import Floats, Integers, Records
from trimtab.context.accuracy_learning import believed, write_levels
from trimtab.domain.records import layout

SLOPE = layout([
    ("squares", "f8"), ("product", "f8"),
    ("begun", "i8"), ("block_squares", "f8"), ("block_product", "f8"),
    ("last_squares", "f8"), ("last_product", "f8"), ("closed", "i8"),
    ("noise", "f8"), ("noise_squares", "f8"),
])  # fmt: skip
"""squares, product: of relative sizes, and of those with residuals, by weight; both fade. block...,
last...: the same of the running block and of the one before. noise, noise_squares: half the squared
differences of products between blocks, and the squares that they belong to."""

_LARGEST = 3.0
"""Times the usual size, beyond it: no single forecast decides."""

_BLOCK = 9
"""Horizons."""

_SPREAD = 0.03
"""What a forecast of twice the usual size is believed to add, as a standard deviation, before
anything is known: as much as topics are believed to differ."""

_NOISE, _OUTCOMES = 3.0, 30.0
"""Variance of a product's sum for each of its squares, and how firmly it is assumed: residuals of
variance 1, of 15 coins that share 15 % of it."""


def no_slopes(topics: int) -> Records:
    """Nothing seen."""
    return np.zeros(topics, SLOPE)


@njit(cache=True, error_model="numpy")
def relative_sizes(
    returns: Floats, sigmas: Floats, horizons: Integers, interval: int, sizes: Floats
) -> Floats:
    """By how much each forecast [topic, coin] is larger than its topic's usual one.

    0 is as usual, 1 is twice that, -1 nothing. `sizes` [topic, 2]: the usual one, see
    `Surroundings`.
    """
    relative = np.empty(returns.shape)
    for topic in range(len(horizons)):
        for coin in range(len(sigmas)):
            scale = sigmas[coin] * sqrt(horizons[topic] / interval)
            relative[topic, coin] = _relative(returns[topic, coin], scale, sizes[topic, 0])
    return relative


@njit(cache=True, error_model="numpy")
def _relative(forecast: float, scale: float, usual: float) -> float:
    if not 0.0 < scale < np.inf or not usual > 0.0 or not abs(forecast) < np.inf:
        return 0.0
    return float(min(_LARGEST, abs(forecast) / (scale * usual) - 1.0))


@njit(cache=True, error_model="numpy")
def learn_slopes(
    ring: Records, batches: Integers, outcomes: Floats, means: Floats, horizons: Any,
    interval: int, halflife: int, sizes: Floats, slopes: Records,
) -> None:  # fmt: skip
    """Add what `settle_due` has just settled; `means` [topic, effect] are the beliefs until now."""
    slots = ring.shape[1]
    levels = np.empty(AXES, np.int64)
    for index in range(len(batches)):
        topic, slot = batches[index] // slots, batches[index] % slots
        weights, own = outcomes[topic, slot, 0], slopes[topic]
        for coin in range(ring.shape[2]):
            if weights[coin] > 0.0:
                entry = ring[topic, slot, coin]
                _close_block(own, entry["issued"], horizons[topic], halflife)
                write_levels(entry, coin, levels)
                scale = entry["sigma"] * sqrt(horizons[topic] / interval)
                size = _relative(entry["forecast"], scale, sizes[topic, 0])
                rest = outcomes[topic, slot, 1, coin] - believed(means[topic], levels)
                own["squares"] += weights[coin] * size * size
                own["product"] += weights[coin] * size * rest
                own["block_squares"] += weights[coin] * size * size
                own["block_product"] += weights[coin] * size * rest


@njit(cache=True, error_model="numpy")
def _close_block(own: Any, at: int, horizon: int, halflife: int) -> None:
    """Nine horizons after it begun a block tells how much products vary; the next one begins."""
    if at - own["begun"] < _BLOCK * horizon:
        return
    if own["begun"] > 0:
        fade = exp2((own["begun"] - at) / halflife)
        own["squares"] *= fade
        own["product"] *= fade
        own["noise"] *= fade
        own["noise_squares"] *= fade
    if own["closed"] > 0:
        own["noise"] += 0.5 * (own["block_product"] - own["last_product"]) ** 2
        own["noise_squares"] += 0.5 * (own["block_squares"] + own["last_squares"])
    if own["block_squares"] > 0.0:
        own["closed"] += 1
    own["last_squares"], own["last_product"] = own["block_squares"], own["block_product"]
    own["block_squares"], own["block_product"] = 0.0, 0.0
    own["begun"] = at


@njit(cache=True, error_model="numpy")
def believed_slopes(slopes: Records) -> Floats:
    """[topic, 2]: mean and variance of each topic's slope, from a normal prior around none."""
    table = np.empty((len(slopes), 2))
    for topic in range(len(slopes)):
        own = slopes[topic]
        noise = (own["noise"] + _OUTCOMES * _NOISE) / (own["noise_squares"] + _OUTCOMES)
        precision = own["squares"] / noise + 1.0 / (_SPREAD * _SPREAD)
        table[topic, 0] = own["product"] / noise / precision
        table[topic, 1] = 1.0 / precision
    return table
