"""Part of the volatility kernel: the variance of the next day, kept unbiased.

A heterogeneous autoregression (HAR, Corsi 2009) in logarithms, on exponentially weighted means of
the bars' variance. Its weights are fixed; what is learnt online is its scale.
"""

from __future__ import annotations

from math import exp, log
from typing import Any

from numba import njit

OF_NEAR, OF_RANGE, OF_USUAL = 0.5, 0.25, 0.25
"""Weights of the means over hours, days and weeks: least squares on the first two of four years
of fifteen coins gave .48, .26, .26."""
WHOLE = 0.75
"""A day counts as seen if this share of its bars was."""
WILD_DAY = 6.0
"""A day counts at most as so many times its forecast."""
PRIOR_DAYS = 2.0
"""What the scale that it begins with is worth."""


@njit(cache=True, error_model="numpy")
def look_ahead(cell: Any, dials: Any) -> None:
    """Renew the forecast of the next day's variance; 0.0 while it is not known."""
    cell["forecast"] = cell["scale"] * _promise(cell, dials)


@njit(cache=True, error_model="numpy")
def close_day(cell: Any, dials: Any) -> None:
    """Compare what the last day realised with what was promised; promise the next."""
    if cell["promised"] > 0.0 and cell["day_bars"] >= WHOLE * dials["day"]:
        realised = cell["realised"] * dials["day"] / cell["day_bars"]
        cell["days"] += 1
        weight = max(dials["scale"], 1.0 / (cell["days"] + PRIOR_DAYS))
        due = min(realised / cell["promised"], WILD_DAY * cell["scale"])
        cell["scale"] += weight * (due - cell["scale"])
    cell["promised"] = _promise(cell, dials) if cell["day_bars"] > 0 else 0.0
    cell["realised"] = 0.0
    cell["day_bars"] = 0


@njit(cache=True, error_model="numpy")
def _promise(cell: Any, dials: Any) -> float:
    """Before scaling."""
    if cell["bars"] < dials["warm_up"] or not (cell["near"] > 0.0 and cell["usual"] > 0.0):
        return 0.0
    mean = OF_NEAR * log(cell["near"]) + OF_RANGE * log(cell["range"])
    return float(dials["day"] * exp(mean + OF_USUAL * log(cell["usual"])))
