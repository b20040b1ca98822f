"""How good a forecast is here: the posterior of its edge, shrunken from the whole to the cell.

Edges are mean scores, in units of the horizon's volatility. One normal belief walks down all
topics > topic > volatility > phase > coin. Each step asks how a child differs from its parent
*without that child*, first elsewhere (this phase in other volatilities, this coin in other
contexts), then here, and moves the belief by the share of the parent that is not the child:
differences from the rest are independent of the mean of all, so that no outcome counts twice.
How much children differ is learnt too (empirical Bayes: some steps of expectation maximisation
from a prior). Where contexts or coins do not differ, small cells live off their parents.
"""

from __future__ import annotations

from math import erfc, isnan, sqrt
from typing import Any

import numpy as np
from numba import njit

from trimtab.context.accuracy_beliefs import (
    Belief,
    Evidence,
    Floats,
    Integers,
    Known,
    Noise,
    Priors,
    Sums,
)

_ROUNDS = 12
"""Steps of expectation maximisation: enough to come to rest where there is much evidence."""

_LITTLE = 1e-9
"""Less weight than this is what a subtraction left of nothing."""

_NOTHING = Evidence(0.0, 0.0)


@njit(cache=True)
def weigh(
    sums: Sums,
    priors: Priors,
    phase: int,
    regimes: Integers,
    sigmas: Floats,
    horizons: Integers,
    interval: int,
    round_trip: float,
    returns: Floats,
    probability: Floats,
    net_edge: Floats,
) -> None:
    """P(net edge > 0) and net edge in bp of forecasts [topic, coin]; NaN where there is none.

    `sigmas` [coin]: standard deviation of the log return over one `interval`; where it is unknown
    the probability is 0. `round_trip`: log return.
    """
    probability.fill(np.nan)
    net_edge.fill(np.nan)
    for topic in range(len(sums.cells)):
        known = _known(sums, topic, priors)
        stretch = sqrt(horizons[topic] / interval)
        for regime in range(sums.cells.shape[1]):
            context = _context(known, priors, regime, phase)
            for coin in range(len(regimes)):
                if regimes[coin] == regime:
                    belief = _coin(known, priors, context, regime, phase, coin)
                    probability[topic, coin], net_edge[topic, coin] = _net(
                        belief, sigmas[coin] * stretch, round_trip, returns[topic, coin]
                    )


@njit(cache=True)
def survey(sums: Sums, priors: Priors, topic: int) -> Floats:
    """Mean and variance of a topic's edge, and independent outcomes: [regime, phase, coin, 3].

    The last regime and phase are all contexts together, the last coin is all coins together.
    """
    known = _known(sums, topic, priors)
    regimes, phases, coins = known.cells.shape
    table = np.full((regimes + 1, phases + 1, coins + 1, 3), np.nan)
    table[regimes, phases, coins] = _row(known.belief, known.whole, known.noise.together, known)
    for coin in range(coins):
        own = Evidence(known.by_coin[coin, 0], known.by_coin[coin, 1])
        belief = _down(known.belief, _NOTHING, _NOTHING, own, known.whole, known.coin, 0.0,
                       known.noise.apart)  # fmt: skip
        table[regimes, phases, coin] = _row(belief, own, known.noise.variance, known)
    for regime in range(regimes):
        for phase in range(phases):
            context = _context(known, priors, regime, phase)
            here = _pool(known.contexts[regime : regime + 1, phase : phase + 1], known.fade)
            together = _together(known.contexts[regime, phase : phase + 1], known.noise)
            table[regime, phase, coins] = _row(context, here, together, known)
            for coin in range(coins):
                belief = _coin(known, priors, context, regime, phase, coin)
                own = _pool(known.cells[regime : regime + 1, phase : phase + 1, coin], known.fade)
                table[regime, phase, coin] = _row(belief, own, known.noise.variance, known)
    return table


@njit(cache=True)
def _row(
    belief: Belief, evidence: Evidence, noise: float, known: Known
) -> tuple[float, float, float]:
    return belief.mean, belief.variance, evidence.weight * known.noise.variance / noise


@njit(cache=True)
def _net(belief: Belief, scale: float, cost: float, forecast: float) -> tuple[float, float]:
    if isnan(forecast):
        return np.nan, np.nan
    if not 0.0 < scale < np.inf:
        return 0.0, -1e4 * cost
    edge = belief.mean - cost / scale
    return 0.5 * erfc(-edge / sqrt(2.0 * belief.variance)), 1e4 * scale * edge


@njit(cache=True)
def _known(sums: Sums, topic: int, priors: Priors) -> Known:
    cells, contexts, fade = sums.cells[topic], sums.contexts[topic], sums.fade
    whole = _pool(contexts, fade)
    noise = _noise(whole, sums.crowds[topic], fade, priors)
    by_coin = _by_coin(cells, fade)
    belief = _from_other_topics(sums, topic, priors)
    if whole.weight > _LITTLE:
        seen = whole.total / whole.weight
        belief = _updated(belief, seen, noise.together / whole.weight)
    return Known(
        cells, contexts, fade, by_coin, whole, noise,
        _spread(_by_regime(contexts, fade), whole, priors.volatility, priors, noise.together),
        _spread(_by_phase(contexts, fade), whole, priors.phase, priors, noise.together),
        _spread(by_coin, whole, priors.coin, priors, noise.apart),
        belief,
    )  # fmt: skip


@njit(cache=True)
def _context(known: Known, priors: Priors, regime: int, phase: int) -> Belief:
    level = _pool(known.contexts[regime : regime + 1], known.fade)
    here = _pool(known.contexts[regime : regime + 1, phase : phase + 1], known.fade)
    everywhere = _pool(known.contexts[:, phase : phase + 1], known.fade)
    noise = _together(known.contexts[regime], known.noise)
    volatility = _down(
        known.belief, _NOTHING, _NOTHING, level, known.whole, known.volatility, 0.0, noise
    )
    return _down(volatility, _less(everywhere, here), _less(known.whole, level), here, level,
                 known.phase, priors.phase_here**2, noise)  # fmt: skip


@njit(cache=True)
def _coin(
    known: Known, priors: Priors, context: Belief, regime: int, phase: int, coin: int
) -> Belief:
    here = _pool(known.contexts[regime : regime + 1, phase : phase + 1], known.fade)
    own = _pool(known.cells[regime : regime + 1, phase : phase + 1, coin], known.fade)
    everywhere = Evidence(known.by_coin[coin, 0], known.by_coin[coin, 1])
    return _down(context, _less(everywhere, own), _less(known.whole, here), own, here,
                 known.coin, priors.coin_here**2, known.noise.apart)  # fmt: skip


@njit(cache=True)
def _down(
    parent: Belief,
    child_elsewhere: Evidence,
    all_elsewhere: Evidence,
    child: Evidence,
    whole: Evidence,
    spread: float,
    spread_here: float,
    noise: float,
) -> Belief:
    """The belief about a child, from its parent's and from how it differs from the rest."""
    elsewhere = _differs(Belief(0.0, spread), child_elsewhere, all_elsewhere, noise)
    prior = Belief(elsewhere.mean, elsewhere.variance + spread_here)
    difference = _differs(prior, child, whole, noise)
    weight = whole.weight + all_elsewhere.weight
    rest = 1.0
    if weight > _LITTLE:
        rest -= (child.weight + child_elsewhere.weight) / weight
    return Belief(
        parent.mean + rest * difference.mean, parent.variance + rest**2 * difference.variance
    )


@njit(cache=True)
def _differs(prior: Belief, child: Evidence, whole: Evidence, noise: float) -> Belief:
    rest = _less(whole, child)
    if child.weight <= _LITTLE or rest.weight <= _LITTLE:
        return prior
    seen = child.total / child.weight - rest.total / rest.weight
    return _updated(prior, seen, noise * (1.0 / child.weight + 1.0 / rest.weight))


@njit(cache=True)
def _updated(prior: Belief, seen: float, variance: float) -> Belief:
    gain = prior.variance / (prior.variance + variance)
    return Belief(prior.mean + gain * (seen - prior.mean), (1.0 - gain) * prior.variance)


@njit(cache=True)
def _less(whole: Evidence, part: Evidence) -> Evidence:
    return Evidence(whole.weight - part.weight, whole.total - part.total)


@njit(cache=True)
def _pool(sums: Any, fade: float) -> Evidence:
    weight, total = 0.0, 0.0
    for row in range(sums.shape[0]):
        for column in range(sums.shape[1]):
            weight += sums[row, column]["weight"]
            total += sums[row, column]["score"]
    return Evidence(weight * fade, total * fade)


@njit(cache=True)
def _by_coin(cells: Any, fade: float) -> Floats:
    sums = np.zeros((cells.shape[2], 2))
    for regime in range(cells.shape[0]):
        for phase in range(cells.shape[1]):
            for coin in range(cells.shape[2]):
                sums[coin, 0] += cells[regime, phase, coin]["weight"] * fade
                sums[coin, 1] += cells[regime, phase, coin]["score"] * fade
    return sums


@njit(cache=True)
def _by_regime(contexts: Any, fade: float) -> Floats:
    sums = np.empty((contexts.shape[0], 2))
    for regime in range(len(sums)):
        sums[regime, 0], sums[regime, 1] = _pool(contexts[regime : regime + 1], fade)
    return sums


@njit(cache=True)
def _by_phase(contexts: Any, fade: float) -> Floats:
    sums = np.empty((contexts.shape[1], 2))
    for phase in range(len(sums)):
        sums[phase, 0], sums[phase, 1] = _pool(contexts[:, phase : phase + 1], fade)
    return sums


@njit(cache=True)
def _noise(whole: Evidence, crowd: Any, fade: float, priors: Priors) -> Noise:
    squares = crowd["square"] * fade + priors.outcomes
    variance = squares / (whole.weight + priors.outcomes)
    products = crowd["product"] * fade + priors.pairs * priors.correlation * variance
    correlation = products / (crowd["pairs"] * fade + priors.pairs) / variance
    correlation = min(0.95, max(0.0, correlation))
    company = crowd["company"] * fade / whole.weight if whole.weight > _LITTLE else 0.0
    together = variance * (1.0 + correlation * company)
    return Noise(variance, correlation, together, variance * (1.0 - correlation))


@njit(cache=True)
def _together(contexts: Any, noise: Noise) -> float:
    """Variance of an outcome in a mean over contexts that do not occur at the same time."""
    weight, company = 0.0, 0.0
    for phase in range(len(contexts)):
        weight += contexts[phase]["weight"]
        company += contexts[phase]["company"]
    crowd = company / weight if weight > _LITTLE else 0.0
    return noise.variance * (1.0 + noise.correlation * crowd)


@njit(cache=True)
def _from_other_topics(sums: Sums, topic: int, priors: Priors) -> Belief:
    """Before the topic's own outcomes. Others count as one topic: they may all say the same."""
    weight, total, others = 0.0, 0.0, 0
    for other in range(len(sums.contexts)):
        evidence = _pool(sums.contexts[other], sums.fade)
        if other != topic and evidence.weight > _LITTLE:
            together = _noise(evidence, sums.crowds[other], sums.fade, priors).together
            weight += evidence.weight / together
            total += evidence.total / together
            others += 1
    belief = Belief(0.0, priors.everything**2)
    if others > 0:
        belief = _updated(belief, total / weight, others / weight)
    return Belief(belief.mean, belief.variance + priors.topic**2)


@njit(cache=True)
def _spread(children: Floats, whole: Evidence, prior: float, priors: Priors, noise: float) -> float:
    """How much children differ from the rest of the whole, as a variance."""
    spread = prior**2
    for _ in range(_ROUNDS):
        total, siblings = priors.siblings * prior**2, priors.siblings
        for child in range(len(children)):
            if _LITTLE < children[child, 0] < whole.weight - _LITTLE:
                evidence = Evidence(children[child, 0], children[child, 1])
                difference = _differs(Belief(0.0, spread), evidence, whole, noise)
                total += difference.mean**2 + difference.variance
                siblings += 1.0
        spread = total / siblings
    return spread
