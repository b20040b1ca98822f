"""What forecasts may come to be worth while the market stays in a phase, if all else turns out well.

The phase is one of the things that an edge depends on. The others, volatility, calm, trend and the
forecast's size, come and go within it: who is worth nothing now may be worth its costs in an hour.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from trimtab.context import accuracy_slope as slope
from trimtab.context.accuracy_arrays import known
from trimtab.context.accuracy_beliefs import Floats, Integers, Records
from trimtab.context.accuracy_surroundings import CALM, FLAT, STRONG, USUAL, WILD
from trimtab.context.accuracy_tracker import AccuracyTracker, Weighed
from trimtab.context.accuracy_weighing import weigh
from trimtab.domain.market_context import VOLATILITY_REGIMES

_LARGE = 2
"""By how many times the usual size a large forecast is larger than that."""

_CALMS, _TRENDS, _SIZES = (CALM, USUAL, WILD), (FLAT, STRONG), (0, _LARGE)
_REGIMES = tuple(code for code, name in enumerate(VOLATILITY_REGIMES) if name != "unknown")


def prospects(ledger: AccuracyTracker, phase: int, sigmas: Floats) -> Weighed:
    """The most that `AccuracyTracker.preview` can say in this phase, each pair in its best context."""
    now = ledger.preview(phase, np.full(len(ledger.coins), _REGIMES[0]), sigmas)
    probability, net_edge = now.probability.copy(), now.net_edge.copy()
    if not ledger.contexts:
        return now
    raise_to_best(
        ledger.beliefs.means, ledger.beliefs.covariances, ledger.beliefs.noise, ledger.sums.noise,
        tuple(ledger.parameters.priors), (phase, ledger.interval, ledger.round_trip / 1e4),
        known(sigmas), ledger.horizons, now.returns, slope.believed_slopes(ledger.slopes),
        probability, net_edge,
    )  # fmt: skip
    return Weighed(now.returns, probability, net_edge)


@njit(cache=True, error_model="numpy")
def raise_to_best(
    means: Floats,
    covariances: Floats,
    variances: Floats,
    noise: Records,
    prior: tuple[float, ...],
    context: tuple[int, int, float],
    sigmas: Floats,
    horizons: Integers,
    returns: Floats,
    slopes: Floats,
    probability: Floats,
    net_edge: Floats,
) -> None:
    """Where another context promises more, it takes the place of what `probability` and `net_edge` hold.

    [topic, coin] all; see `weigh`. `context`: phase, interval and cost as a log return.
    """
    phase, interval, round_trip = context
    chances, edges = np.empty(returns.shape), np.empty(returns.shape)
    sizes, relative = np.empty(returns.shape, np.int64), np.empty(returns.shape)
    calms, regimes = np.empty(len(sigmas), np.int64), np.empty(len(sigmas), np.int64)
    for calm in _CALMS:
        calms[:] = calm
        for trend in _TRENDS:
            here = phase, trend, interval, round_trip
            for regime in _REGIMES:
                regimes[:] = regime
                for larger in _SIZES:
                    sizes[:], relative[:] = larger, larger
                    weigh(
                        means, covariances, variances, noise, prior, here, regimes, calms, sizes,
                        sigmas, horizons, returns, slopes, relative, chances, edges,
                    )  # fmt: skip
                    better = chances > probability
                    probability[:] = np.where(better, chances, probability)
                    net_edge[:] = np.where(better, edges, net_edge)
