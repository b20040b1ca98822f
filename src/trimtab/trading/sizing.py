"""How much of the capital a forecast deserves: a fraction of Kelly's bet on what is believed of its edge.

Kelly (1956) bets edge over variance. Where the edge is not known but believed, the bet that grows
fastest is the same on the belief's mean (Browne & Whitt 1996). Only a fraction is taken: betting too
much costs more than betting too little (Thorp 2006). Who wants to be more careful than that bets on the
edge less `doubt` standard deviations of the belief.
"""

from __future__ import annotations

from math import erfc, exp, pi, sqrt
from typing import Any

import numpy as np
from numba import njit


@njit(cache=True, error_model="numpy")
def kelly_share(
    policy: Any, coins: int, probability: float, net_edge: float, deviation: float
) -> float:
    """The share of the capital to put on one coin; infinite where the policy does not ask.

    `net_edge` in bp, after the round trip's costs; `probability` that it is above 0; `deviation` of
    the log return over the forecast's horizon. The round trip is what the entry had to clear; while
    the position is held it earns the edge before costs, so that is what is bet on. All coins may be
    held at once and move together: n bets of correlation r are worth n / (1 + (n - 1) r).
    """
    if not policy["kelly"] < np.inf:
        return np.inf
    if not deviation > 0.0:
        return 0.0
    edge = net_edge * 1e-4 + 2.0 * (policy["taker_fee"] + policy["half_spread"])
    if policy["doubt"] > 0.0:  # infinite doubt is none to somebody who asks for none
        edge -= policy["doubt"] * uncertainty(probability, net_edge) * 1e-4
    crowd = 1.0 + (coins - 1.0) * policy["correlation"]
    return float(policy["kelly"] * max(0.0, edge) / (deviation * deviation * crowd))


@njit(cache=True, error_model="numpy")
def drawdown_scale(policy: Any, book: Any) -> float:
    """1 at the peak, 0 where the drawdown limit is reached; 1 without limit, or without Kelly."""
    if not policy["kelly"] < np.inf or not book["peak"] > 0.0:
        return 1.0
    drawdown = 1.0 - book["equity"] / book["peak"]
    return float(max(0.0, 1.0 - drawdown / policy["maximum_drawdown"]))


@njit(cache=True, error_model="numpy")
def uncertainty(probability: float, net_edge: float) -> float:
    """The standard deviation of the belief in a net edge, from its mean and P(net edge > 0).

    Infinite where the two tell nothing about it.
    """
    if not 0.0 < probability < 1.0:
        return 0.0 if net_edge != 0.0 else np.inf
    deviations = normal_quantile(probability)
    if deviations * net_edge <= 0.0:
        return np.inf
    return float(net_edge / deviations)


@njit(cache=True, error_model="numpy")
def normal_quantile(probability: float) -> float:
    """The inverse of the standard normal distribution function, for 0 < probability < 1.

    Newton's steps on the nearer tail, which converge from 0 on: the tail is convex there.
    """
    tail = min(probability, 1.0 - probability)
    x = 0.0
    for _ in range(_STEPS):
        density = exp(-0.5 * x * x) / sqrt(2.0 * pi)
        if not density > 0.0:
            break
        further = x + (0.5 * erfc(x / sqrt(2.0)) - tail) / density
        if further == x:  # and so would all steps after it be
            break
        x = further
    return x if probability > 0.5 else -x


_STEPS = 60
