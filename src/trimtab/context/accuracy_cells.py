"""The accuracy report: line by line, what is known about a topic in a context."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from typing import Literal, NamedTuple

import numpy as np
from msgspec import Struct

from trimtab.context.accuracy_beliefs import Floats, Records
from trimtab.context.accuracy_scores import scores
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
    czar: float | None = None
    wrmse_improvement: float | None = None
    pearson: float | None = None
    interval_coverage: float | None = None
    """These four: see `accuracy_scores`. They count all outcomes alike, since the beginning."""


class Surveyed(NamedTuple):
    """One topic as a table [volatility regime, phase, coin]; last in each: all together."""

    topic: TopicName
    coins: tuple[Coin, ...]
    beliefs: Floats
    """[..., 4]: see `accuracy_weighing.survey`."""
    counts: Records
    """Sums, in records of `accuracy_sums.CELL`."""


def counted(cells: Records) -> Records:
    """Sums of one topic with all contexts together as last context."""
    regimes, phases, coins = cells.shape
    table = np.zeros((regimes + 1, phases + 1, coins), cells.dtype)
    for name in cells.dtype.names or ():
        table[name][:-1, :-1] = cells[name]
        table[name][-1, -1] = cells[name].sum((0, 1))
    return table


def report(surveyed: Surveyed, only: int | None = None) -> Iterator[AccuracyCell]:
    """A line for every context and coin with outcomes, and for all of them together.

    `only`: lines of this phase alone.
    """
    for regime, phase, coin in np.argwhere(surveyed.counts["count"] > 0).tolist():
        if only is None or phase == only:
            yield _cell(surveyed, regime, phase, coin)


def _cell(surveyed: Surveyed, regime: int, phase: int, coin: int) -> AccuracyCell:
    place = (regime, phase, coin)
    names = surveyed.counts.dtype.names or ()
    counts = dict(zip(names, surveyed.counts[place].tolist(), strict=True))
    accuracy, variance, outcomes, chance = surveyed.beliefs[place].tolist()
    n, hits = counts["count"], counts["hits"]
    tail = _TAIL * sqrt(variance)
    return AccuracyCell(
        surveyed.topic,
        (*surveyed.coins, MARKET)[coin],
        (*PHASES, ALL)[phase],
        (*VOLATILITY_REGIMES, ALL)[regime],
        n,
        outcomes,
        hits,
        hits / n,
        accuracy,
        max(0.0, accuracy - tail),
        min(1.0, accuracy + tail),
        chance,
        *scores(counts),
    )


ALL: Literal["*"] = "*"
