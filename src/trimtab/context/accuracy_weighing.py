"""What a forecast is worth here: P(net edge > 0) from what is believed of its topic.

The edge is the sum of the effects of its levels, plus the gap, what large moves add beyond what
hits tell. Then the last weeks are asked whether the topic has become worse than its record: a
spike at no change beside a normal slab, weighed by how well each explains the mean residual
(Mitchell & Beauchamp 1988). Only falls are believed: a rise has to earn its place in the record.
"""

from __future__ import annotations

from math import erfc, exp, isnan, sqrt
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from trimtab.context.accuracy_axes import (
    AXES,
    CALM,
    COIN,
    PHASE,
    REGIME,
    SIZE,
    TOPIC,
    TREND,
)
from trimtab.context.accuracy_beliefs import Floats, Integers, Priors, Records


class Here(NamedTuple):
    """Where forecasts are weighed."""

    phase: int
    trend: int
    interval: int
    round_trip: float
    """Cost as a log return."""


class Shift(NamedTuple):
    """What moves all edges of a topic alike."""

    gap: float
    gap_variance: float
    fallen: float
    """Probability that the topic has become worse."""
    fall: float
    fall_variance: float


@njit(cache=True, error_model="numpy")
def weigh(
    means: Floats,
    covariances: Floats,
    variances: Floats,
    noise: Records,
    prior: tuple[float, ...],
    context: tuple[int, int, int, float],
    regimes: Integers,
    calms: Integers,
    sizes: Integers,
    sigmas: Floats,
    horizons: Integers,
    returns: Floats,
    slopes: Floats,
    relative: Floats,
    probability: Floats,
    net_edge: Floats,
) -> None:
    """P(net edge > 0) and net edge in bp of forecasts [topic, coin]; NaN where there is none.

    `prior`, `context`: Priors and Here as plain tuples, which take less time to hand over.
    `sigmas` [coin]: standard deviation of the log return over one interval; where it is unknown
    the probability is 0. `slopes` [topic, 2] and `relative` [topic, coin]: see `accuracy_slope`.
    """
    priors, here = Priors(*prior), Here(*context)
    levels = np.empty(AXES, np.int64)
    for topic in range(len(means)):
        shift = _shift(noise[topic], variances[topic], priors)
        stretch = sqrt(horizons[topic] / here.interval)
        for coin in range(len(regimes)):
            scale = sigmas[coin] * stretch
            if isnan(returns[topic, coin]):
                probability[topic, coin], net_edge[topic, coin] = np.nan, np.nan
            elif not 0.0 < scale < np.inf:
                probability[topic, coin], net_edge[topic, coin] = 0.0, -1e4 * here.round_trip
            else:
                levels[0] = TOPIC
                levels[1] = REGIME + regimes[coin]
                levels[2] = PHASE + here.phase
                levels[3] = CALM + calms[coin]
                levels[4] = TREND + here.trend
                levels[5] = SIZE + sizes[topic, coin]
                levels[6] = COIN + coin
                mean, variance = _sum(means[topic], covariances[topic], levels)
                mean += slopes[topic, 0] * relative[topic, coin]
                variance += slopes[topic, 1] * relative[topic, coin] ** 2
                chance, edge = _net(mean, variance, here.round_trip / scale, shift)
                probability[topic, coin], net_edge[topic, coin] = chance, 1e4 * scale * edge


@njit(cache=True, error_model="numpy")
def survey(
    means: Floats,
    covariances: Floats,
    variances: Floats,
    noise: Records,
    prior: tuple[float, ...],
    cells: Records,
    squares: Floats,
    magnitudes: Floats,
    topic: int,
    only: int,
) -> Floats:
    """[regime, phase, coin, 4]: mean and variance of the directional accuracy, independent
    outcomes, P(net edge > 0) at the mean cost.

    The last regime and phase are all contexts together, the last coin is all coins together. Of
    calm, trend and size a cell is taken to have what its regime, phase and topic have on average.
    `only`: this phase alone, the others stay NaN; -1: all.
    """
    regimes, phases, coins = cells.shape[1], cells.shape[2], cells.shape[3]
    table = np.full((regimes + 1, phases + 1, coins, 4), np.nan)
    shift = _shift(noise[topic], variances[topic], Priors(*prior))
    shares = np.zeros(squares.shape[2])
    for regime in range(regimes + 1):
        for phase in range(phases + 1):
            if (regime == regimes) != (phase == phases) or (only >= 0 and phase != only):
                continue
            for coin in range(coins):
                weight, cost, company, worth = _pooled(
                    cells[topic], magnitudes[topic], regime, phase, coin
                )
                if weight <= 0.0:
                    continue
                _mix(squares[topic, 0], shares, regime, phase, coin, regimes, coins)
                mean, variance = _blend(means[topic], covariances[topic], shares)
                chance, _ = _net(mean, variance, cost, shift)
                mean, variance = _fallen(mean, variance, shift)
                row = table[regime, phase, coin]
                row[0] = 0.5 + 0.5 * mean / worth
                row[1] = 0.25 * variance / worth**2
                row[2] = _independent(weight, company, worth, variances[topic])
                row[3] = chance
    return table


@njit(cache=True, error_model="numpy")
def _shift(noise: Any, variances: Floats, priors: Priors) -> Shift:
    gap, gap_variance, fallen, fall, fall_variance = 0.0, priors.gap**2, 0.0, 0.0, 0.0
    if noise["gap_weight"] > 0.0:
        spread = variances[2] / noise["gap_weight"]
        gain = gap_variance / (gap_variance + spread)
        gap = gain * noise["gap_score"] / noise["gap_weight"]
        gap_variance *= 1.0 - gain
    if noise["recent"] < 0.0:
        seen = noise["recent"] / noise["recent_weight"]
        spread = variances[1] * noise["recent_square"] / noise["recent_weight"] ** 2
        slab = priors.depth**2
        odds = priors.fall / (1.0 - priors.fall) * sqrt(spread / (spread + slab))
        odds *= exp(min(500.0, 0.5 * seen * seen / spread * slab / (slab + spread)))
        fallen = odds / (1.0 + odds)
        fall = seen * slab / (slab + spread)
        fall_variance = spread * slab / (slab + spread)
    return Shift(gap, gap_variance, fallen, fall, fall_variance)


@njit(cache=True, error_model="numpy")
def _sum(means: Any, covariance: Any, levels: Integers) -> tuple[float, float]:
    mean, variance = 0.0, 0.0
    for axis in range(AXES):
        mean += means[levels[axis]]
        for other in range(AXES):
            variance += covariance[levels[axis], levels[other]]
    return mean, variance


@njit(cache=True, error_model="numpy")
def _net(mean: float, variance: float, cost: float, shift: Shift) -> tuple[float, float]:
    """Chance of an edge above the cost, and the expected net edge."""
    edge = mean + shift.gap - cost
    spread = variance + shift.gap_variance
    chance = (1.0 - shift.fallen) * _above(edge, spread)
    chance += shift.fallen * _above(edge + shift.fall, spread + shift.fall_variance)
    return chance, edge + shift.fallen * shift.fall


@njit(cache=True, error_model="numpy")
def _above(mean: float, variance: float) -> float:
    return 0.5 * erfc(-mean / sqrt(2.0 * variance))


@njit(cache=True, error_model="numpy")
def _fallen(mean: float, variance: float, shift: Shift) -> tuple[float, float]:
    """Mean and variance of the mixture of no change and a fall."""
    doubt = shift.fallen * (1.0 - shift.fallen) * shift.fall**2
    return mean + shift.fallen * shift.fall, variance + shift.fallen * shift.fall_variance + doubt


@njit(cache=True, error_model="numpy")
def _pooled(
    cells: Any, magnitudes: Floats, regime: int, phase: int, coin: int
) -> tuple[float, float, float, float]:
    """Weight, and weighted means of cost, company and mean absolute score, of a cell or of all."""
    weight, cost, company, worth = 0.0, 0.0, 0.0, 0.0
    for row in range(cells.shape[0]):
        for column in range(cells.shape[1]):
            if regime in (row, cells.shape[0]) and phase in (column, cells.shape[1]):
                cell = cells[row, column, coin]
                weight += cell["weight"]
                cost += cell["cost"]
                company += cell["company"]
                worth += cell["weight"] * magnitudes[row, 0]
    if weight <= 0.0:
        return 0.0, 0.0, 0.0, 0.0
    return weight, cost / weight, company / weight, worth / weight


@njit(cache=True, error_model="numpy")
def _mix(
    squares: Floats, shares: Floats, regime: int, phase: int, coin: int, regimes: int, coins: int
) -> None:
    """Shares of every level among the outcomes of a cell."""
    own = COIN + coin if coin < coins - 1 else TOPIC
    for effect in range(len(shares)):
        shares[effect] = _share(squares, own, effect)
    if regime == regimes:
        return
    for effect in range(REGIME, COIN):
        shares[effect] = 0.0
    shares[REGIME + regime] = 1.0
    shares[PHASE + phase] = 1.0
    for effect in range(CALM, TREND):
        shares[effect] = _share(squares, REGIME + regime, effect)
    for effect in range(TREND, SIZE):
        shares[effect] = _share(squares, PHASE + phase, effect)
    for effect in range(SIZE, COIN):
        shares[effect] = _share(squares, TOPIC, effect)


@njit(cache=True, error_model="numpy")
def _share(squares: Floats, among: int, effect: int) -> float:
    whole = squares[among, among]
    return float(squares[among, effect] / whole) if whole > 0.0 else 0.0


@njit(cache=True, error_model="numpy")
def _blend(means: Floats, covariance: Floats, shares: Floats) -> tuple[float, float]:
    mean, variance = 0.0, 0.0
    for effect in range(len(shares)):
        if shares[effect] != 0.0:
            mean += shares[effect] * means[effect]
            for other in range(len(shares)):
                variance += shares[effect] * shares[other] * covariance[effect, other]
    return mean, variance


@njit(cache=True, error_model="numpy")
def _independent(weight: float, company: float, worth: float, variances: Floats) -> float:
    """Outcomes of variance worth^2 that would tell as much: without persistence and shared shocks."""
    shared = 0.0
    if variances[3] > 1.0:
        shared = (variances[1] / variances[0] - 1.0) / (variances[3] - 1.0)
    return float(weight * min(1.0, worth**2 / variances[0]) / (1.0 + shared * company))
