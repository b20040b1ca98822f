"""Forecasts meet their outcome: the kernel that turns due forecasts into evidence."""

from __future__ import annotations

from math import exp2, isfinite, log, sqrt
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from trimtab.context.accuracy_beliefs import Floats, Integers, Records
from trimtab.domain.units import NEVER

_CLIP = 4.0
"""Scores beyond four standard deviations count as four, so that no single move decides."""


class Settling(NamedTuple):
    """The moment of settlement, as the kernel wants it."""

    at: int
    interval: int
    epoch: int
    """Where weights are 1."""
    halflife: int
    round_trip: float
    """Cost as a log return."""


@njit(cache=True)
def settle_due(
    ring: Records,
    cells: Records,
    contexts: Records,
    crowds: Records,
    scored: Integers,
    horizons: Integers,
    closes: Floats,
    now: Settling,
    realised: Floats,
    batches: Integers,
) -> tuple[int, int]:
    """Settle what is due, oldest first, and free its place in the ring.

    Writes log returns into `realised` [topic, slot, coin], NaN where they are not known, and
    topic * slots + slot of every settled batch into `batches`. Gives the number of batches and
    when the next forecast is due. A forecast is judged by the first close at or after its target; if a
    whole bar is missing in between, that close tells nothing about it.
    """
    size = ring.shape[1]
    scores = np.empty((2, len(closes)))
    together = np.empty(contexts.shape[1:], np.int64)
    following: int = NEVER
    settled = 0
    for topic in range(len(ring)):
        oldest = now.at // now.interval + 1
        for age in range(size):
            slot = (oldest + age) % size
            batch = ring[topic, slot]
            earliest = _earliest(batch)
            if earliest <= now.at:
                batches[settled] = topic * size + slot
                settled += 1
                _realise(batch, closes, now, realised[topic, slot])
                _score(batch, realised[topic, slot], horizons[topic], scored[topic], now, scores)
                _count_together(batch, scores[0], together)
                _add_cells(
                    batch, scores, together, horizons[topic], now, cells[topic], contexts[topic]
                )
                _add_crowd(scores, crowds[topic])
                _free(batch, now.at)
                earliest = _earliest(batch)
            following = min(following, earliest)
    return settled, following


@njit(cache=True)
def _earliest(batch: Any) -> int:
    first = NEVER
    for coin in range(len(batch)):
        first = min(first, batch[coin]["due"])
    return first


@njit(cache=True)
def _realise(batch: Any, closes: Floats, now: Settling, realised: Floats) -> None:
    for coin in range(len(batch)):
        overdue = now.at - batch[coin]["due"]
        realised[coin] = np.nan
        if 0 <= overdue < now.interval and 0.0 < closes[coin] < np.inf:
            realised[coin] = log(closes[coin] / batch[coin]["price"])


@njit(cache=True)
def _score(
    batch: Any, realised: Floats, horizon: int, scored: Integers, now: Settling, scores: Floats
) -> None:
    """scores[0]: the outcome's weight, 0 if it is not scored; scores[1]: its score."""
    for coin in range(len(batch)):
        entry = batch[coin]
        scores[0, coin] = 0.0
        scores[1, coin] = 0.0
        scale = entry["sigma"] * sqrt(horizon / now.interval)
        if isfinite(realised[coin]) and entry["forecast"] != 0.0 and 0.0 < scale < np.inf:
            issued = entry["due"] - horizon
            fresh = min(1.0, max(0.0, (issued - scored[coin]) / horizon))
            scored[coin] = max(issued, scored[coin])
            signed = realised[coin] if entry["forecast"] > 0.0 else -realised[coin]
            scores[0, coin] = fresh * exp2((issued - now.epoch) / now.halflife)
            scores[1, coin] = min(_CLIP, max(-_CLIP, signed / scale))


@njit(cache=True)
def _count_together(batch: Any, weights: Floats, together: Integers) -> None:
    """How many coins of the batch are scored in each context."""
    together[:] = 0
    for coin in range(len(batch)):
        if weights[coin] > 0.0:
            together[batch[coin]["regime"], batch[coin]["phase"]] += 1


@njit(cache=True)
def _add_cells(
    batch: Any,
    scores: Floats,
    together: Integers,
    horizon: int,
    now: Settling,
    cells: Any,
    contexts: Any,
) -> None:
    for coin in range(len(batch)):
        weight, score = scores[0, coin], scores[1, coin]
        if weight > 0.0:
            entry = batch[coin]
            regime, phase = entry["regime"], entry["phase"]
            cost = now.round_trip / (entry["sigma"] * sqrt(horizon / now.interval))
            _add(cells[regime, phase, coin], weight, score, cost)
            _add(contexts[regime, phase], weight, score, cost)
            contexts[regime, phase]["company"] += weight * (together[regime, phase] - 1)


@njit(cache=True)
def _add(sums: Any, weight: float, score: float, cost: float) -> None:
    sums["weight"] += weight
    sums["score"] += weight * score
    sums["cost"] += weight * cost
    if score != 0.0:
        sums["sign"] += weight if score > 0.0 else -weight
        sums["count"] += 1
        sums["hits"] += score > 0.0


@njit(cache=True)
def _add_crowd(scores: Floats, crowd: Any) -> None:
    weights, total, squares, coins = 0.0, 0.0, 0.0, 0
    for coin in range(scores.shape[1]):
        if scores[0, coin] > 0.0:
            weights += scores[0, coin]
            total += scores[1, coin]
            squares += scores[1, coin] ** 2
            coins += 1
            crowd["square"] += scores[0, coin] * scores[1, coin] ** 2
    if coins > 0:
        crowd["product"] += weights / coins * (total * total - squares)
        crowd["pairs"] += weights / coins * coins * (coins - 1)
        crowd["company"] += weights * (coins - 1)


@njit(cache=True)
def _free(batch: Any, at: int) -> None:
    for coin in range(len(batch)):
        if batch[coin]["due"] <= at:
            batch[coin]["due"] = NEVER
