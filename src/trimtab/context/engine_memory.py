"""The states of all analyzers in one piece of memory, as their common kernel wants them."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trimtab.context import correlation_arrays, phase_kernel, volatility_kernel, volume_kernel
from trimtab.context.cells import Cells, refuse_other_coins
from trimtab.context.correlation_arrays import PLANES, Means
from trimtab.domain.observations import Bars

_KINDS = (phase_kernel.CELL, volatility_kernel.CELL, volume_kernel.CELL, correlation_arrays.CELL)

Parts = tuple[Means, Cells, Cells, Cells, Cells]
"""Means of the correlations; cells of phase, volatility, volume, correlation."""


@cache
def ends(coins: int) -> NDArray[np.int64]:
    """Where each part ends, in bytes."""
    cells = coins + 1
    pairs = coins * (coins - 1) // 2
    means = 8 * PLANES * (pairs + cells)
    return np.cumsum([means, *(cells * kind.itemsize for kind in _KINDS)], dtype=np.int64)


def copy_of(parts: Parts, bars: Bars) -> bytearray:
    """A copy for the kernel to write into. Raises ValueError if the bars are of other coins."""
    refuse_other_coins(parts[1], bars)
    bases: list[Any] = [part.base for part in parts]
    if isinstance(bases[0], bytearray) and all(base is bases[0] for base in bases):
        return bytearray(bases[0])
    return bytearray(b"".join([part.tobytes() for part in parts]))


def parts_of(memory: bytearray, coins: int) -> Parts:
    """What lies in it: no copies."""
    means, phase, volatility, volume, _ = _ends_as_integers(coins)
    cells = coins + 1
    places = means // (8 * PLANES)
    return (
        np.ndarray((PLANES, places), np.float64, memory),
        np.ndarray(cells, phase_kernel.CELL, memory, means),
        np.ndarray(cells, volatility_kernel.CELL, memory, phase),
        np.ndarray(cells, volume_kernel.CELL, memory, volatility),
        np.ndarray(cells, correlation_arrays.CELL, memory, volume),
    )


@cache
def _ends_as_integers(coins: int) -> tuple[int, ...]:
    return tuple(ends(coins).tolist())
