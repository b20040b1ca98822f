"""Markets in which an adaptation does something known: how the two arms' fills deviate, hour by hour.

Both books hold the same position, so the market moves them together. What sets them apart are their
fills: seeded noise of mean 0, and the planted effect on the adapted arm.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Noise = Callable[[np.random.Generator, int], Floats]
"""Of so many hours: [adapted or other arm, hour], so that their difference has a spread of 1."""

ARM_SPREAD = 60.0
"""Standard deviation of an arm's gain in an hour, in bp of capital."""
CORRELATION = 0.9
"""Of the two arms."""
PAIRED_SPREAD = ARM_SPREAD * sqrt(2.0 * (1.0 - CORRELATION))
UNPAIRED_SPREAD = ARM_SPREAD * sqrt(2.0)
"""Of the difference of two arms that do not see the same market, as before and after."""


class Family(Struct, frozen=True):
    """One kind of market."""

    name: str
    noise: Noise
    spread: float = PAIRED_SPREAD
    """Standard deviation of the difference in an hour, in bp of capital."""


def normal(generator: np.random.Generator, hours: int) -> Floats:
    """Each arm has its own."""
    return generator.standard_normal((2, hours)) / sqrt(2.0)


def fat(degrees: float) -> Noise:
    """Student's t of so many degrees of freedom, in each arm its own."""

    def noise(generator: np.random.Generator, hours: int) -> Floats:
        scale = sqrt(degrees / (degrees - 2.0))
        return generator.standard_t(degrees, (2, hours)) / (scale * sqrt(2.0))

    return noise


def skewed(side: float) -> Noise:
    """Exponential, all of it in the adapted arm: many small differences one way, few large ones."""

    def noise(generator: np.random.Generator, hours: int) -> Floats:
        own = side * (generator.standard_exponential(hours) - 1.0)
        return np.stack([own, np.zeros(hours)])

    return noise


def persistent(correlation: float) -> Noise:
    """Each arm's noise is correlated with its own of the hour before."""

    def noise(generator: np.random.Generator, hours: int) -> Floats:
        shocks = generator.standard_normal((2, hours)) / sqrt(2.0)
        for hour in range(1, hours):
            fresh = sqrt(1.0 - correlation**2) * shocks[:, hour]
            shocks[:, hour] = correlation * shocks[:, hour - 1] + fresh
        return shocks

    return noise


def seldom(share: float) -> Noise:
    """In most hours neither arm trades."""

    def noise(generator: np.random.Generator, hours: int) -> Floats:
        return normal(generator, hours) * (generator.random(hours) < share) / sqrt(share)

    return noise


FAMILIES = (
    Family("normal", normal),
    Family("Student t4", fat(4.0)),
    Family("Student t3", fat(3.0)),
    Family("large losses", skewed(-1.0)),
    Family("large gains", skewed(1.0)),
    Family("seldom", seldom(0.1)),
    Family("AR .1", persistent(0.1)),
    Family("AR .2", persistent(0.2)),
    Family("wild: 60 bp", normal, ARM_SPREAD),
)
"""The first is what the promise is about; the last has a difference as wild as an arm itself."""
