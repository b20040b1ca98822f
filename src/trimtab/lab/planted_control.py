"""Forecasts of known skill, made by looking at what came: the control that has to be found.

They test the measuring, never a market. Where a whole system sees nothing in them, its "nothing
found" elsewhere means nothing either.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SKILL = 0.56
"""Probability that the sign is right."""


def planted(
    realised: Floats, generator: np.random.Generator, skill: float = SKILL, size: float = 0.01
) -> Floats:
    """Log returns of one size whose sign is that of `realised` with probability `skill`.

    [instant, coin]; NaN where what came is not known. No move counts as up.
    """
    right = generator.random(realised.shape) < skill
    signs = np.where(realised >= 0.0, 1.0, -1.0) * np.where(right, 1.0, -1.0)
    return np.where(np.isfinite(realised), size * signs, np.nan)
