"""Forecasts meet their outcome: the kernel that scores what is due and counts it.

Volatilities are scored by ln f^2 + r^2 / f^2 (QLIKE, which ranks forecasts rightly although r^2
is a noisy measure of the variance: Patton 2011), beside the volatility that was known at issue;
probabilities of a rise by (f - 1)^2 or f^2 (Brier 1950), beside one half.
"""

from __future__ import annotations

from math import isfinite, log, sqrt
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from trimtab.context.accuracy_beliefs import Floats, Integers, Records
from trimtab.context.accuracy_pending import PRICE, VOLATILITY
from trimtab.domain.units import NEVER

_CLIP = 4.0
"""Scores beyond four standard deviations count as four, so that no single move decides."""


_FAR = 1e3
"""No forecast and no outcome counts for more standard deviations in the sums that never fade."""


class Settling(NamedTuple):
    """The moment of settlement; handed to the kernel as a plain tuple, which takes less time."""

    at: int
    interval: int
    round_trip: float
    """Cost as a log return."""


@njit(cache=True, error_model="numpy")
def settle_due(
    ring: Records,
    cells: Records,
    scored: Integers,
    horizons: Integers,
    kinds: Integers,
    closes: Floats,
    moment: tuple[int, int, float],
    realised: Floats,
    outcomes: Floats,
    batches: Integers,
) -> tuple[int, int]:
    """Settle what is due, oldest first, and free its place in the ring.

    `moment`: a Settling as a plain tuple. Writes log returns into `realised` [topic, slot, coin], NaN where they are not known; weight and
    score of directions into `outcomes` [topic, slot, 2, coin], weight 0 where there is none; and
    topic * slots + slot of every settled batch into `batches`. Gives the number of batches and when
    the next forecast is due. A forecast is judged by the first close at or after its target; if a
    whole bar is missing in between, that close tells nothing about it.
    """
    now, size = Settling(*moment), ring.shape[1]
    together = np.empty(cells.shape[1:3], np.int64)
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
                scores = outcomes[topic, slot]
                _realise(batch, closes, now, realised[topic, slot])
                if kinds[topic] <= PRICE:
                    _score(
                        batch, realised[topic, slot], horizons[topic], scored[topic], now, scores
                    )
                    _count_together(batch, scores[0], together)
                    _count(batch, realised[topic, slot], scores, together, horizons[topic], now,
                           cells[topic])  # fmt: skip
                else:
                    scores[:] = 0.0
                    _lose(batch, realised[topic, slot], horizons[topic], now, kinds[topic],
                          cells[topic])  # fmt: skip
                _free(batch, now.at)
                earliest = _earliest(batch)
            following = min(following, earliest)
    return settled, following


@njit(cache=True, error_model="numpy")
def _earliest(batch: Any) -> int:
    first = NEVER
    for coin in range(len(batch)):
        first = min(first, batch[coin]["due"])
    return first


@njit(cache=True, error_model="numpy")
def _realise(batch: Any, closes: Floats, now: Settling, realised: Floats) -> None:
    for coin in range(len(batch)):
        overdue = now.at - batch[coin]["due"]
        realised[coin] = np.nan
        if 0 <= overdue < now.interval and 0.0 < closes[coin] < np.inf:
            ratio = closes[coin] / batch[coin]["price"]
            if 0.0 < ratio < np.inf:
                realised[coin] = log(ratio)


@njit(cache=True, error_model="numpy")
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
            issued = entry["issued"]
            scores[0, coin] = min(1.0, max(0.0, (issued - scored[coin]) / horizon))
            scored[coin] = max(issued, scored[coin])
            signed = realised[coin] if entry["forecast"] > 0.0 else -realised[coin]
            scores[1, coin] = min(_CLIP, max(-_CLIP, signed / scale))


@njit(cache=True, error_model="numpy")
def _count_together(batch: Any, weights: Floats, together: Integers) -> None:
    """How many coins of the batch are scored in each context."""
    together[:] = 0
    for coin in range(len(batch)):
        if weights[coin] > 0.0:
            together[batch[coin]["regime"], batch[coin]["phase"]] += 1


@njit(cache=True, error_model="numpy")
def _count(
    batch: Any,
    realised: Floats,
    scores: Floats,
    together: Integers,
    horizon: int,
    now: Settling,
    cells: Any,
) -> None:
    for coin in range(len(batch)):
        if scores[0, coin] > 0.0:
            entry = batch[coin]
            regime, phase = entry["regime"], entry["phase"]
            scale = entry["sigma"] * sqrt(horizon / now.interval)
            for place in (coin, cells.shape[2] - 1):
                cell = cells[regime, phase, place]
                cell["weight"] += scores[0, coin]
                cell["cost"] += scores[0, coin] * now.round_trip / scale
                cell["company"] += scores[0, coin] * (together[regime, phase] - 1)
                _add(cell, entry, realised[coin], scores[1, coin], scale)


@njit(cache=True, error_model="numpy")
def _add(cell: Any, entry: Any, realised: float, score: float, scale: float) -> None:
    forecast = min(_FAR, max(-_FAR, entry["forecast"] / scale))
    outcome = min(_FAR, max(-_FAR, realised / scale))
    cell["outcomes"] += 1
    if score != 0.0:
        cell["count"] += 1
        cell["hits"] += score > 0.0
        cell["signed"] += score
        cell["magnitude"] += abs(score)
    cell["forecast"] += forecast
    cell["realised"] += outcome
    cell["forecast2"] += forecast * forecast
    cell["realised2"] += outcome * outcome
    cell["product"] += forecast * outcome
    if entry["lower"] <= entry["upper"]:
        cell["intervals"] += 1
        cell["inside"] += entry["lower"] <= realised <= entry["upper"]


@njit(cache=True, error_model="numpy")
def _lose(batch: Any, realised: Floats, horizon: int, now: Settling, kind: int, cells: Any) -> None:
    for coin in range(len(batch)):
        entry = batch[coin]
        usual = entry["sigma"] * sqrt(horizon / now.interval)
        if not isfinite(realised[coin]) or not 0.0 < usual < np.inf:
            continue
        if kind == VOLATILITY:
            loss = _qlike(realised[coin], entry["forecast"])
            reference = _qlike(realised[coin], usual)
        else:
            rose = 1.0 if realised[coin] > 0.0 else 0.0
            loss, reference = (entry["forecast"] - rose) ** 2, 0.25
        for place in (coin, cells.shape[2] - 1):
            cell = cells[entry["regime"], entry["phase"], place]
            cell["outcomes"] += 1
            cell["loss"] += loss
            cell["reference"] += reference


@njit(cache=True, error_model="numpy")
def _qlike(realised: float, volatility: float) -> float:
    return 2.0 * log(volatility) + min(_FAR, abs(realised) / volatility) ** 2


@njit(cache=True, error_model="numpy")
def _free(batch: Any, at: int) -> None:
    for coin in range(len(batch)):
        if batch[coin]["due"] <= at:
            batch[coin]["due"] = NEVER
