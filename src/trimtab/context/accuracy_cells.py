"""The accuracy report: line by line, what is known about a topic in a context."""

from __future__ import annotations

from collections.abc import Iterator
from math import erfc, sqrt
from typing import Literal, NamedTuple

import numpy as np
from msgspec import Struct

from trimtab.context.accuracy_beliefs import Floats, Records
from trimtab.domain.market_context import PHASES, VOLATILITY_REGIMES, Phase, VolatilityRegime
from trimtab.domain.units import MARKET, Coin, TopicName

_TAIL = 1.6448536269514722
"""Standard deviations that leave 5 % of a normal distribution on either side."""


class AccuracyCell(Struct, frozen=True):
    """A topic in a context; ``*`` pools over all coins or all contexts."""

    topic: TopicName
    symbol: Coin
    phase: Phase | Literal["*"]
    volatility_regime: VolatilityRegime | Literal["*"]
    n: int
    """Settled forecasts that had a direction and whose price moved; never fades."""
    n_effective: float
    """Independent outcomes behind the belief: faded, without overlap and common shocks."""
    hits: int
    accuracy: float
    """hits / n."""
    posterior_mean: float
    """Of the directional accuracy, shrunken towards the topic's other contexts and coins."""
    low: float
    high: float
    """90 % interval of the directional accuracy, equal tails."""
    p_net_edge_positive: float
    """P(net edge > 0) at the mean cost of these forecasts: this decides, not the accuracy."""


class Surveyed(NamedTuple):
    """One topic as a table [volatility regime, phase, coin]; last in each: all together."""

    topic: TopicName
    coins: tuple[Coin, ...]
    edges: Floats
    """[..., 3]: mean, variance, independent outcomes; of scores."""
    directions: Floats
    """The same of +1 for a hit and -1 for a miss."""
    counts: Records
    """Sums, in records with `count`, `hits`, `cost` and `weight`."""


def counted(cells: Records, contexts: Records) -> Records:
    """Sums of one topic with all coins together as last coin, all contexts as last context."""
    regimes, phases, coins = cells.shape
    table = np.zeros((regimes + 1, phases + 1, coins + 1), cells.dtype)
    for name in cells.dtype.names or ():
        table[name][:-1, :-1, :-1] = cells[name]
        table[name][:-1, :-1, -1] = contexts[name]
        table[name][-1, -1] = table[name][:-1, :-1].sum((0, 1))
    return table


def report(surveyed: Surveyed) -> Iterator[AccuracyCell]:
    """A line for every context and coin with outcomes, and for all of them together."""
    counts = surveyed.counts
    for regime, phase, coin in np.argwhere(counts["count"] > 0).tolist():
        yield _cell(surveyed, regime, phase, coin)


def _cell(surveyed: Surveyed, regime: int, phase: int, coin: int) -> AccuracyCell:
    place = (regime, phase, coin)
    counts = surveyed.counts[place]
    edge, spread, outcomes = surveyed.edges[place].tolist()
    direction, variance, _ = surveyed.directions[place].tolist()
    n, hits = int(counts["count"]), int(counts["hits"])
    accuracy, tail = 0.5 + direction / 2.0, _TAIL * sqrt(variance) / 2.0
    cost = float(counts["cost"] / counts["weight"])
    return AccuracyCell(
        topic=surveyed.topic,
        symbol=(*surveyed.coins, MARKET)[coin],
        phase=(*PHASES, _ALL)[phase],
        volatility_regime=(*VOLATILITY_REGIMES, _ALL)[regime],
        n=n,
        n_effective=outcomes,
        hits=hits,
        accuracy=hits / n,
        posterior_mean=accuracy,
        low=max(0.0, accuracy - tail),
        high=min(1.0, accuracy + tail),
        p_net_edge_positive=0.5 * erfc((cost - edge) / sqrt(2.0 * spread)),
    )


_ALL: Literal["*"] = "*"
