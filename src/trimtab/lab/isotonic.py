"""Isotonic regression: the best curve that never falls (Barlow et al. 1972)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_CELLS = 200
DIGITS = 3


def isotonic_curve(scores: Floats, hits: NDArray[np.bool_], knots: int) -> tuple[float, ...]:
    """Hit rate by score in [0, 1], at evenly spaced knots, between which it is straight.

    Beyond the scores that occur, and where none occurs, it goes on straight as well.
    """
    cells = np.minimum((scores * _CELLS).astype(np.int64), _CELLS - 1)
    count = np.bincount(cells, minlength=_CELLS)
    used = np.flatnonzero(count)
    where = np.bincount(cells, scores, _CELLS)[used] / count[used]
    rates = np.bincount(cells, hits.astype(np.float64), _CELLS)[used] / count[used]
    level = pooled(rates, count[used].astype(np.float64))
    curve = np.interp(np.linspace(0.0, 1.0, knots), where, level)
    return tuple(round(value, DIGITS) for value in curve.tolist())


def pooled(values: Floats, weights: Floats) -> Floats:
    """The non-decreasing sequence nearest to the values: pool adjacent violators."""
    blocks: list[tuple[float, float, int]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        block = (value, weight, 1)
        while blocks and blocks[-1][0] >= block[0]:
            block = _joined(blocks.pop(), block)
        blocks.append(block)
    means, _, sizes = zip(*blocks, strict=True)
    return np.repeat(np.array(means), sizes)


def _joined(
    left: tuple[float, float, int], right: tuple[float, float, int]
) -> tuple[float, float, int]:
    weight = left[1] + right[1]
    mean = (left[0] * left[1] + right[0] * right[1]) / weight
    return mean, weight, left[2] + right[2]
