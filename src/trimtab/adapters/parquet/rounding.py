"""Single-precision figures back to what the exchange printed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trimtab.domain.rounding import significant

DIGITS = 7
"""A float32 holds a figure of up to seven significant digits."""


def exchange_figures(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values that were stored as float32, rounded to seven significant digits."""
    return significant(values, DIGITS)
