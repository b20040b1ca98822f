"""Detectors of a correlation that falls, each as what it says at every look: lower is more."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.context.correlation_arrays import SHIFT
from trimtab.context.correlation_means import now, usual
from trimtab.context.correlation_tracker import CorrelationParameters, CorrelationTracker
from trimtab.domain.units import HOUR, Coin, Micros
from trimtab.lab.scores.correlation_markets import Floats, bars_of

LOOK = 6
"""Rows from one look to the next."""
FIRST = 816
"""Rows before the first look that counts: 48 to know volatilities, 720 to know correlations, and
the next multiple of a day."""
NOW, USUAL = 72, 720
"""Rows of the rolling windows; the usual one ends where the other begins."""


class Looks(Struct, frozen=True, eq=False):
    """What a detector says at each look."""

    pairs: Floats
    """Statistic[look, pair]."""
    coins: Floats
    """Statistic[look, coin]: of the mean over the coin's pairs."""
    market: Floats
    """Statistic[look]: of the mean over all pairs."""


Detector = Callable[[Floats], Looks]
"""From log returns[row, coin]."""


def tracker(moves: Floats) -> Looks:
    """The shipped one."""
    looks = _watched(moves, CorrelationParameters(chance=0.0), lambda state: state.means[SHIFT])
    return _split(looks, moves.shape[1])


def fall_of_the_mean(moves: Floats) -> Looks:
    """What trimtab did before: the fall (usual - now) / (1 - usual now) of a coin's mean."""
    old = CorrelationParameters(chance=0.0, volatility_halflife=72.0)
    return _split(_watched(moves, old, _fall), moves.shape[1])


def fisher_z(moves: Floats) -> Looks:
    """Fisher's test on raw moves in rolling windows."""
    return _rolling(moves, np.asarray)


def rank_correlation(moves: Floats) -> Looks:
    """The same on ranks (Spearman)."""
    return _rolling(moves, _ranks)


DETECTORS: dict[str, Detector] = {
    "tracker": tracker,
    "fall of the mean": fall_of_the_mean,
    "Fisher z": fisher_z,
    "rank": rank_correlation,
}
TESTS = ("tracker", "Fisher z", "rank")
"""Those whose statistic is in standard errors, so that it has a nominal size."""


def shipped_events(moves: Floats) -> tuple[int, ...]:
    """Rows after which the tracker, as it is shipped, tells of a fall."""
    bars = bars_of(moves)
    state, row = CorrelationTracker.of(_names(moves), HOUR), 0
    told: list[int] = []
    while row < len(bars):
        state, row = state.advance(bars, row, len(bars))
        told += [row for event in state.events(Micros(row)) if not event.over]
    return tuple(told)


def _names(moves: Floats) -> tuple[Coin, ...]:
    return tuple(Coin(f"C{coin}") for coin in range(moves.shape[1]))


def _watched(
    moves: Floats, parameters: CorrelationParameters, told: Callable[[CorrelationTracker], Floats]
) -> Floats:
    """What the tracker's places say at each look, while it tells no event."""
    bars = bars_of(moves)
    state, _ = CorrelationTracker.of(_names(moves), HOUR, parameters).advance(bars, 0, FIRST)
    looks: list[Floats] = []
    for row in range(FIRST, len(bars) - LOOK + 1, LOOK):
        state, _ = state.advance(bars, row, row + LOOK)
        looks.append(told(state))
    return np.array(looks)


def _fall(state: CorrelationTracker) -> Floats:
    late, before = now(state.means), usual(state.means)
    fall: Floats = (late - before) / (1.0 - late * before)
    return fall


def _split(places: Floats, coins: int) -> Looks:
    pairs = coins * (coins - 1) // 2
    return Looks(places[:, :pairs], places[:, pairs:-1], places[:, -1])


def _ranks(window: Floats) -> Floats:
    order = window.argsort(axis=0)
    ranks = np.empty(window.shape)
    places = np.arange(len(window), dtype=np.float64)[:, np.newaxis]
    np.put_along_axis(ranks, order, np.broadcast_to(places, window.shape), axis=0)
    return ranks


def _rolling(moves: Floats, seen: Callable[[Floats], NDArray[np.float64]]) -> Looks:
    """Fisher's z of each pair, and its plain mean over a coin's pairs and over all."""
    coins = moves.shape[1]
    rows, columns = np.tril_indices(coins, -1)
    error = sqrt(1.0 / (NOW - 3) + 1.0 / (USUAL - 3))
    looks: list[Floats] = []
    for row in range(FIRST + LOOK, len(moves) + 1, LOOK):
        late = _correlations(seen(moves[row - NOW : row]))
        before = _correlations(seen(moves[row - NOW - USUAL : row - NOW]))
        fall = np.arctanh(late[rows, columns]) - np.arctanh(before[rows, columns])
        looks.append(fall / error)
    pairs = np.array(looks)
    belongs = np.zeros((len(rows), coins))
    belongs[np.arange(len(rows)), rows] = belongs[np.arange(len(rows)), columns] = 1.0
    return Looks(pairs, pairs @ belongs / (coins - 1), pairs.mean(axis=1))


def _correlations(window: Floats) -> Floats:
    matrix: Floats = np.array(np.corrcoef(window, rowvar=False))
    return matrix
