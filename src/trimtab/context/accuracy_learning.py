"""Outcomes become evidence: the kernel that adds settled batches to the normal equations.

A score is split into what a hit is worth on average, hit or miss times the mean absolute score,
and the rest, which hits do not tell. The first part is regressed on the axes; of the second, which
is as noisy and much the same everywhere, only the topic's mean is learnt.

Outcomes of one moment share shocks. With equal correlations r between n coins the precision of
their scores is (I - g 11'/n) / (v (1 - r)), g = n r / (1 + (n - 1) r), so that sums over coins
and sums over moments suffice, whatever r turns out to be. v and r come from sums over blocks of
nine horizons (batch means), so that persistent luck counts as what it is: less evidence.
"""

from __future__ import annotations

from math import exp2
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from trimtab.context.accuracy_axes import (
    AXES,
    CALM,
    COIN,
    PHASE,
    REGIME,
    SIZE,
    TOPIC,
    TREND,
)
from trimtab.context.accuracy_beliefs import Floats, Integers, Records

_BLOCK = 9
"""Horizons."""

_FIRM = 500.0
"""Independent outcomes after which the mean absolute score follows slowly."""


class Fading(NamedTuple):
    """Half-lives, in microseconds; handed to the kernel as a plain tuple, which takes less time."""

    record: int
    recent: int


@njit(cache=True, error_model="numpy")
def learn(
    ring: Records,
    batches: Integers,
    outcomes: Floats,
    horizons: Any,
    means: Floats,
    squares: Floats,
    totals: Floats,
    noise: Records,
    blocks: Floats,
    magnitudes: Floats,
    halflives: tuple[int, int],
) -> None:
    """Add what `settle_due` has just settled; `means` [topic, effect] are the beliefs until now."""
    slots, coins, fading = ring.shape[1], ring.shape[2], Fading(*halflives)
    levels = np.empty(AXES, np.int64)
    crowd = np.zeros(squares.shape[2])
    for index in range(len(batches)):
        topic, slot = batches[index] // slots, batches[index] % slots
        batch, scores, own = ring[topic, slot], outcomes[topic, slot], noise[topic]
        issued = _issued(batch, scores)
        if issued == 0:
            continue
        _close_block(own, blocks[topic], issued, horizons[topic], fading.record)
        count, weights, total, expected = 0, 0.0, 0.0, 0.0
        crowd[:] = 0.0
        for coin in range(coins):
            weight = scores[0, coin]
            if weight > 0.0:
                write_levels(batch[coin], coin, levels)
                belief = believed(means[topic], levels)
                score = _split(
                    own, magnitudes[topic, batch[coin]["regime"]], weight, scores[1, coin]
                )
                _add(squares[topic, 0], totals[topic, 0], levels, weight, score)
                for axis in range(AXES):
                    crowd[levels[axis]] += 1.0
                blocks[topic, coin, 0] += weight * (score - belief)
                blocks[topic, coin, 1] += weight
                count += 1
                weights += weight
                total += score
                expected += belief
        mean = weights / count
        _add_crowd(squares[topic, 1], totals[topic, 1], crowd, mean / count, total)
        _remember_recent(own, issued, mean * (total - expected), weights, fading.recent)
        own["block"] += mean * (total - expected)
        own["block_batches"] += mean


@njit(cache=True, error_model="numpy")
def write_levels(entry: Any, coin: int, levels: Integers) -> None:
    levels[0] = TOPIC
    levels[1] = REGIME + entry["regime"]
    levels[2] = PHASE + entry["phase"]
    levels[3] = CALM + entry["calm"]
    levels[4] = TREND + entry["trend"]
    levels[5] = SIZE + entry["size"]
    levels[6] = COIN + coin


@njit(cache=True, error_model="numpy")
def believed(means: Any, levels: Integers) -> float:
    belief = 0.0
    for axis in range(AXES):
        belief += means[levels[axis]]
    return float(belief)


@njit(cache=True, error_model="numpy")
def _add(squares: Floats, totals: Floats, levels: Integers, weight: float, score: float) -> None:
    for axis in range(AXES):
        totals[levels[axis]] += weight * score
        for other in range(AXES):
            squares[levels[axis], levels[other]] += weight


@njit(cache=True, error_model="numpy")
def _add_crowd(squares: Floats, totals: Floats, crowd: Floats, weight: float, total: float) -> None:
    for effect in range(len(crowd)):
        if crowd[effect] > 0.0:
            totals[effect] += weight * crowd[effect] * total
            for other in range(len(crowd)):
                squares[effect, other] += weight * crowd[effect] * crowd[other]


@njit(cache=True, error_model="numpy")
def _split(own: Any, worth: Floats, weight: float, score: float) -> float:
    """What a hit or miss is worth on average; the rest is counted as the gap. Learns the worth."""
    size, sign = abs(score), np.sign(score)
    part = float(sign * worth[0])
    gap = weight * sign * (size - worth[0])
    own["gap_score"] += gap
    own["gap_weight"] += weight
    own["gap_block"] += gap
    worth[1] = min(worth[1] + weight, _FIRM)
    worth[0] += (size - worth[0]) * weight / worth[1]
    return part


@njit(cache=True, error_model="numpy")
def _issued(batch: Any, scores: Floats) -> int:
    """When the batch was issued; 0 if nothing in it was scored."""
    for coin in range(len(batch)):
        if scores[0, coin] > 0.0:
            return int(batch[coin]["issued"])
    return 0


@njit(cache=True, error_model="numpy")
def _remember_recent(own: Any, at: int, score: float, weight: float, halflife: int) -> None:
    fade = exp2(min(0, own["recent_at"] - at) / halflife)
    own["recent"] = own["recent"] * fade + score
    own["recent_weight"] = own["recent_weight"] * fade + weight
    own["recent_square"] = own["recent_square"] * fade * fade + weight
    own["recent_at"] = max(own["recent_at"], at)


@njit(cache=True, error_model="numpy")
def _close_block(own: Any, blocks: Floats, at: int, horizon: int, halflife: int) -> None:
    """Nine horizons after it begun a block tells how much sums vary; the next one begins.

    By its difference from the block before (von Neumann 1941): what is not learnt yet is much the
    same in both, and must not be taken for noise, or it would never be learnt.
    """
    if at - own["begun"] < _BLOCK * horizon:
        return
    fade = exp2((own["begun"] - at) / halflife)
    own["own"] *= fade
    own["own_weight"] *= fade
    own["all"] *= fade
    own["gap"] *= fade
    own["batches"] *= fade
    if own["closed"] > 0:
        for coin in range(len(blocks)):
            own["own"] += 0.5 * (blocks[coin, 0] - blocks[coin, 2]) ** 2
            own["own_weight"] += 0.5 * (blocks[coin, 1] + blocks[coin, 3])
        own["all"] += 0.5 * (own["block"] - own["last"]) ** 2
        own["gap"] += 0.5 * (own["gap_block"] - own["gap_last"]) ** 2
        own["batches"] += 0.5 * (own["block_batches"] + own["last_batches"])
    if own["block_batches"] > 0.0:
        own["closed"] += 1
    blocks[:, 2:] = blocks[:, :2]
    blocks[:, :2] = 0.0
    own["last"], own["gap_last"] = own["block"], own["gap_block"]
    own["last_batches"] = own["block_batches"]
    own["block"], own["gap_block"], own["block_batches"] = 0.0, 0.0, 0.0
    own["begun"] = at
