"""Least squares that a forecaster could have had: each day's by the days before it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FIRST = 60
"""Days before the first fit."""
RIDGE = 1e-6


def walk_forward(logs: Floats, causes: Floats) -> Floats:
    """Forecasts of exp(logs), float64[days, coins]; one fit for all coins, every day anew.

    `causes[day, coin, k]` is what was known when `day` began; `logs[day]` what the day brought.
    Back from logarithms by the mean of exp(residual) so far (Duan 1983). NaN before the first fit;
    entries with a NaN are left out.
    """
    kinds = causes.shape[2]
    products, sums = RIDGE * np.eye(kinds), np.zeros(kinds)
    smear, count = 1.0, 1
    forecasts = np.full(logs.shape, np.nan)
    for day in range(len(logs)):
        whole = np.isfinite(logs[day]) & np.isfinite(causes[day]).all(axis=1)
        known, came = causes[day, whole], logs[day, whole]
        if day >= FIRST:
            weights = np.linalg.solve(products, sums)
            forecasts[day] = np.exp(causes[day] @ weights) * smear / count
            smear += float(np.exp(came - known @ weights).sum())
            count += came.size
        products += known.T @ known
        sums += known.T @ came
    return forecasts
