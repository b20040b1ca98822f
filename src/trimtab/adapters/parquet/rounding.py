"""Single-precision figures back to what the exchange printed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trimtab.domain.rounding import significant

SURE, MOST = 6, 7
"""A float32 holds every figure of six significant digits, and most of seven."""


def exchange_figures(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values that were stored as float32: the figure of six digits that is stored so, else of seven.

    Where the seventh digit is finer than single precision it would be noise.
    """
    short = significant(values, SURE)
    with np.errstate(over="ignore"):
        stored_alike = short.astype(np.float32) == values.astype(np.float32)
    return np.where(stored_alike, short, significant(values, MOST))
