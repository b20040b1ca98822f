"""How often the setting that was best on one half of the days is poor on the other half.

The probability of backtest overfitting by combinatorially symmetric cross-validation (Bailey,
Borwein, Lopez de Prado and Zhu 2017): the days are cut into blocks, every half of the blocks
chooses a trial, and the other half ranks it among all. Near 0 choosing helps, near 0.5 it is
drawing lots, above that it harms.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BLOCKS = 16
"""An even number; 12,870 halves."""
DAYS_A_BLOCK = 5
"""Fewer, and a block's Sharpe ratio is noise alone."""


def overfitting_probability(profits: Floats, blocks: int = BLOCKS) -> float | None:
    """Share of the halves whose choice is at best the median of the others' days.

    `profits[day, trial]`, days in order. None for less than two trials or too few days.
    Raises ValueError for an odd number of blocks.
    """
    if blocks < 2 or blocks % 2:
        raise ValueError(f"{blocks} blocks: an even number can be halved")
    days, trials = profits.shape
    if trials < 2 or days < blocks * DAYS_A_BLOCK:
        return None
    chosen_by = _halves(blocks)
    moments = _moments(profits, blocks)
    inside = _ratios(chosen_by, moments)
    outside = _ratios(1.0 - chosen_by, moments)
    best = inside.argmax(axis=1)[:, None]
    theirs = np.take_along_axis(outside, best, axis=1)
    # Trials alike, such as those that never traded, share the middle of their ranks.
    below, alike = (outside < theirs).sum(axis=1), (outside == theirs).sum(axis=1)
    rank = below + (alike + 1.0) / 2.0
    return float((rank / (trials + 1) <= 0.5).mean())


def _halves(blocks: int) -> Floats:
    """[half, block]: 1 where the block belongs to the half that chooses."""
    chosen = np.array(list(combinations(range(blocks), blocks // 2)))
    halves = np.zeros((len(chosen), blocks))
    np.put_along_axis(halves, chosen, 1.0, axis=1)
    return halves


def _moments(profits: Floats, blocks: int) -> Floats:
    """[moment, block, trial]: days, sums and sums of squares."""
    parts = np.array_split(profits, blocks)
    return np.stack(
        [
            np.stack([np.full(profits.shape[1], float(len(part))) for part in parts]),
            np.stack([part.sum(axis=0) for part in parts]),
            np.stack([(part * part).sum(axis=0) for part in parts]),
        ]
    )


def _ratios(halves: Floats, moments: Floats) -> Floats:
    """[half, trial]: Sharpe ratios of a day; 0 for a trial that did not move."""
    days, sums, squares = (halves @ moment for moment in moments)
    mean = sums / days
    variance = squares / days - mean * mean
    moved = variance > 1e-12 * squares / days
    return np.where(moved, mean / np.sqrt(np.where(moved, variance, 1.0)), 0.0)
