"""How much to risk on a coin when it moves more than usual, and what that should bring."""

from __future__ import annotations

from math import inf, sqrt

import numpy as np

from trimtab.adaptation.situation import Situation
from trimtab.domain.configuration import Configuration, Effect, Gate
from trimtab.domain.units import HOUR, Bp, Leverage, Micros
from trimtab.trading.sizing import normal_quantile

FLOOR = Leverage(0.25)
"""Tightening stops here: below, leaving the mix is the honest answer."""

NEAREST = 0.25
"""A stop nearer than that is touched by noise."""

DEADLINE = Micros(72 * HOUR)
WIDTH = 1.645
"""Half of a 90 % interval, in standard deviations."""


def tightened(leverage: Leverage, ratio: float) -> Leverage:
    """Leverage in inverse proportion to volatility, rounded down to a hundredth."""
    return Leverage(max(FLOOR, int(leverage / ratio * 100.0) / 100.0))


def nearer(scale: float, ratio: float) -> float:
    """A stop where it stood before the spike: in proportion to volatility, rounded down."""
    return max(NEAREST, int(scale / ratio * 100.0) / 100.0)


def entry_threshold(costs: Bp, doubt: float, deviation: float, gate: Gate) -> float:
    """The edge before costs, in bp, above which a gate opens: costs plus z times the uncertainty.

    `doubt`: standard deviation of the belief in an edge, in units of `deviation`, the standard
    deviation of the horizon's log return. P(net edge > 0) > enter says the same in other words, for
    z = the normal quantile of `enter`. Never lower where volatility is higher.
    """
    z = max(0.0, float(normal_quantile(gate.enter))) if gate.enter < 1.0 else inf
    return costs + z * doubt * deviation * 1e4


def expected_effect(
    situation: Situation, configuration: Configuration, coin: int, step: float
) -> Effect:
    """Of changing a coin's leverage by `step`: its expected edge in proportion, bp of equity a bar.

    The interval is that of the mean over the bars until the deadline.
    """
    bars = DEADLINE / situation.interval
    share = step / len(situation.coins)
    edge = share * _edge_a_bar(situation, configuration, coin)
    noise = abs(share) * _or_zero(situation.sigmas[coin]) * 1e4 / sqrt(bars)
    return Effect(
        Bp(edge), Bp(edge - WIDTH * noise), Bp(edge + WIDTH * noise),
        0.5, Micros(situation.at + DEADLINE),
    )  # fmt: skip


def _edge_a_bar(situation: Situation, configuration: Configuration, coin: int) -> float:
    """The best topic's net edge while it trades the coin, spread over its horizon."""
    rows = [
        _or_zero(situation.net_edge[row, coin]) * situation.interval / topic.horizon
        for row, topic in enumerate(configuration.topics)
        if situation.coins[coin] in configuration.mix.get(topic.name, ())
    ]
    return max(rows, default=0.0)


def _or_zero(value: np.float64) -> float:
    return float(value) if np.isfinite(value) else 0.0
