"""What is believed of every topic: the posterior of its edges, renewed from the sums.

Edges are mean scores, in units of the horizon's volatility. The effects of the axes have normal
priors around 0; how much the levels of an axis differ is learnt too (empirical Bayes, one step of
expectation maximisation a renewal: Dempster, Laird & Rubin 1977; Efron & Morris 1975 for why).
Where levels do not differ, all of them live off the topic's own level.
"""

from __future__ import annotations

from math import exp2, sqrt
from typing import Any

import numpy as np
from msgspec import Struct
from numba import njit

from trimtab.context.accuracy_axes import AXES, COIN, axis_of_effects, places_joined
from trimtab.context.accuracy_beliefs import Floats, Integers, Priors, Records, taken


class Beliefs(Struct, frozen=True, eq=False):
    """Of every topic."""

    means: Floats
    """[topic, effect]"""
    covariances: Floats
    """[topic, effect, effect]"""
    spreads: Floats
    """[topic, axis]: how much the levels of an axis differ, as a variance."""
    noise: Floats
    """[topic, 4]: variance of a coin's score and of all coins' mean (per independent outcome), of
    the mean gap (per independent outcome), number of coins at a time."""
    renewed: Integers
    """[topic]: when; 0 is never."""

    @staticmethod
    def of(topics: int, coins: int, priors: Priors) -> Beliefs:
        """Before any outcome."""
        spreads = np.tile(np.square(prior_spreads(priors)), (topics, 1))
        effects = COIN + coins
        covariances = np.zeros((topics, effects, effects))
        covariances[:] = np.diag(spreads[0][axis_of_effects(coins)]) if topics else 0.0
        noise = np.zeros((topics, 4))
        noise[:, :3] = priors.variance, priors.variance, priors.gap_variance
        noise[:, 3] = 1.0
        renewed = np.zeros(topics, np.int64)
        return Beliefs(np.zeros((topics, effects)), covariances, spreads, noise, renewed)

    def copy(self) -> Beliefs:
        """The same in arrays that a kernel may write into."""
        return Beliefs(
            self.means.copy(), self.covariances.copy(), self.spreads.copy(), self.noise.copy(),
            self.renewed.copy(),
        )  # fmt: skip

    def joined(self, places: list[int]) -> Beliefs:
        """For another tuple of coins: the former place of each, -1 for a new one."""
        effects = places_joined(places)
        covariances = taken(taken(self.covariances, effects, 1), effects, 2)
        for effect, place in enumerate(effects):
            if place < 0:
                covariances[:, effect, effect] = self.spreads[:, AXES - 1]
        means = taken(self.means, effects, 1)
        return Beliefs(means, covariances, self.spreads, self.noise, self.renewed)


def prior_spreads(priors: Priors) -> Floats:
    """By axis, as standard deviations."""
    return np.array([
        priors.topic, priors.regime, priors.phase, priors.calm, priors.trend, priors.size,
        priors.coin,
    ])  # fmt: skip


@njit(cache=True, error_model="numpy")
def renew(
    topic: int,
    at: int,
    halflife: int,
    assumed: tuple[float, ...],
    axes: Integers,
    prior: Floats,
    cells: Records,
    squares: Floats,
    totals: Floats,
    noise: Records,
    means: Floats,
    covariances: Floats,
    spreads: Floats,
    variances: Floats,
    renewed: Integers,
) -> None:
    """Fade a topic's sums by the time since its last renewal, and believe anew.

    `assumed`: Priors as a plain tuple.
    """
    priors = Priors(*assumed)
    if renewed[topic] > 0:
        _fade(exp2((renewed[topic] - at) / halflife), cells[topic], squares[topic], totals[topic],
              noise[topic])  # fmt: skip
    renewed[topic] = at
    _learn_noise(noise[topic], priors, variances[topic])
    own, together, crowd = variances[topic, 0], variances[topic, 1], variances[topic, 3]
    correlation = 0.0
    if crowd > 1.0:
        correlation = min(0.95, max(0.0, (together / own - 1.0) / (crowd - 1.0)))
    shared = crowd * correlation / (1.0 + (crowd - 1.0) * correlation)
    scale = own * (1.0 - correlation)
    factor = (squares[topic, 0] - shared * squares[topic, 1]) / scale
    for effect in range(len(factor)):
        factor[effect, effect] += 1.0 / spreads[topic, axes[effect]]
    _factorise(factor)
    _invert(factor, covariances[topic])
    _square(covariances[topic], factor)
    for effect in range(len(factor)):
        mean = 0.0
        for other in range(len(factor)):
            told = totals[topic, 0, other] - shared * totals[topic, 1, other]
            mean += covariances[topic, effect, other] * told / scale
        means[topic, effect] = mean
    _learn_spreads(
        spreads[topic], prior, priors.siblings, axes, squares[topic, 0], means[topic],
        covariances[topic],
    )  # fmt: skip


@njit(cache=True, error_model="numpy")
def _fade(fade: float, cells: Any, squares: Floats, totals: Floats, noise: Any) -> None:
    for regime in range(cells.shape[0]):
        for phase in range(cells.shape[1]):
            for coin in range(cells.shape[2]):
                cell = cells[regime, phase, coin]
                cell["weight"] *= fade
                cell["cost"] *= fade
                cell["company"] *= fade
    squares *= fade
    totals *= fade
    noise["gap_score"] *= fade
    noise["gap_weight"] *= fade


@njit(cache=True, error_model="numpy")
def _learn_noise(noise: Any, priors: Priors, variances: Floats) -> None:
    """Batch means: how much sums over nine horizons vary, per independent outcome."""
    crowd = max(1.0, noise["own_weight"] / noise["batches"]) if noise["batches"] > 0.0 else 1.0
    company = 1.0 + (crowd - 1.0) * priors.correlation
    weight = noise["own_weight"] + priors.outcomes
    variances[0] = (noise["own"] + priors.outcomes * priors.variance) / weight
    together = (noise["all"] + priors.outcomes * priors.variance * company) / weight
    variances[1] = max(together, variances[0])
    variances[2] = (noise["gap"] + priors.outcomes * priors.gap_variance) / weight
    variances[3] = crowd


@njit(cache=True, error_model="numpy")
def _factorise(matrix: Floats) -> None:
    """Cholesky's lower factor of a positive definite matrix, in its place."""
    for column in range(len(matrix)):
        rest = matrix[column, column]
        for inner in range(column):
            rest -= matrix[column, inner] * matrix[column, inner]
        diagonal = sqrt(rest)
        matrix[column, column] = diagonal
        for row in range(column + 1, len(matrix)):
            rest = matrix[row, column]
            for inner in range(column):
                rest -= matrix[row, inner] * matrix[column, inner]
            matrix[row, column] = rest / diagonal


@njit(cache=True, error_model="numpy")
def _invert(factor: Floats, inverse: Floats) -> None:
    """The lower inverse of a lower factor."""
    for column in range(len(factor)):
        inverse[column, column] = 1.0 / factor[column, column]
        for row in range(column + 1, len(factor)):
            rest = 0.0
            for inner in range(column, row):
                rest -= factor[row, inner] * inverse[inner, column]
            inverse[row, column] = rest / factor[row, row]


@njit(cache=True, error_model="numpy")
def _square(lower: Floats, product: Floats) -> None:
    """The product of a lower matrix' transpose and itself, written over both."""
    for row in range(len(lower)):
        for column in range(row + 1):
            total = 0.0
            for inner in range(row, len(lower)):
                total += lower[inner, row] * lower[inner, column]
            product[row, column] = total
            product[column, row] = total
    lower[:] = product


@njit(cache=True, error_model="numpy")
def _learn_spreads(
    spreads: Floats,
    prior: Floats,
    siblings: float,
    axes: Integers,
    squares: Floats,
    means: Floats,
    covariance: Floats,
) -> None:
    """A topic's own level has no siblings: its spread stays. Levels never seen do not count."""
    for axis in range(1, AXES):
        total, count = siblings * prior[axis] ** 2, siblings
        for effect in range(len(means)):
            if axes[effect] == axis and squares[effect, effect] > _LITTLE:
                total += means[effect] ** 2 + covariance[effect, effect]
                count += 1.0
        spreads[axis] = total / count


_LITTLE = 1e-6
