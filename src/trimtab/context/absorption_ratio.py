"""Absorption ratio: how much of all movement a few common factors explain, and is that much?

Kritzman, Li, Page & Rigobon (2011), Principal Components as a Measure of Systemic Risk: the share
of the variance in the first fifth of the eigenvectors, here of the correlation matrix; its mean of
late is compared with its year. A market that one factor rules falls together. Once a day is
enough, so this is plain Python beside the kernels and not a part of them.
"""

from __future__ import annotations

from math import ceil, nan, sqrt
from typing import Self

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray


class AbsorptionReading(Struct, frozen=True):
    """After the last day."""

    now: float
    """Share of the variance, between 0 and 1; NaN before the first day."""
    z: float
    """Mean of late minus mean of the year, in the year's standard deviations; NaN before known."""


class AbsorptionRatio(Struct, frozen=True):
    """Its means so far; each day makes a new one. The state is a handful of numbers."""

    late: float = 15.0
    """Days that the mean of late looks back (a weight of 1 / 15 for the newest)."""
    year: float = 365.0
    warm_up: int = 90
    """Days until the year counts as known."""
    days: int = 0
    now: float = nan
    mean_of_late: float = 0.0
    mean_of_year: float = 0.0
    square_of_year: float = 0.0
    """Mean squared distance from the mean of the year."""

    def seen(self, correlations: NDArray[np.float64]) -> Self:
        """After one more day, which ended with this correlation[coin, coin].

        Raises ValueError if a correlation is not known: leave such a coin out.
        """
        ratio = absorbed(correlations)
        days = self.days + 1
        late, year = max(1.0 / self.late, 1.0 / days), max(1.0 / self.year, 1.0 / days)
        distance = ratio - self.mean_of_year
        return type(self)(
            late=self.late,
            year=self.year,
            warm_up=self.warm_up,
            days=days,
            now=ratio,
            mean_of_late=self.mean_of_late + late * (ratio - self.mean_of_late),
            mean_of_year=self.mean_of_year + year * distance,
            square_of_year=(1.0 - year) * (self.square_of_year + year * distance * distance),
        )

    def reading(self) -> AbsorptionReading:
        """What is known after the last day."""
        if self.days < self.warm_up or self.square_of_year <= 0.0:
            return AbsorptionReading(self.now, nan)
        shift = self.mean_of_late - self.mean_of_year
        return AbsorptionReading(self.now, shift / sqrt(self.square_of_year))


def absorbed(correlations: NDArray[np.float64]) -> float:
    """Share of the largest fifth of the eigenvalues, at least one; of correlation[coin, coin]."""
    if not np.isfinite(correlations).all():
        raise ValueError("correlations: a coin's are not known: leave it out")
    coins = len(correlations)
    if coins == 0:
        raise ValueError("correlations: of no coin: there is nothing to absorb")
    values = np.linalg.eigvalsh(correlations)
    return float(values[-ceil(coins / 5) :].sum() / values.sum())
