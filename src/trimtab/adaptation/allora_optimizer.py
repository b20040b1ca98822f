"""AlloraOptimizer: where are the forecasters worth their costs in this context?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from trimtab.adaptation.situation import Situation
from trimtab.context.accuracy_cells import AccuracyCell
from trimtab.domain.configuration import Configuration
from trimtab.domain.market_context import Phase
from trimtab.domain.units import Coin, TopicName


class Standing(NamedTuple):
    """One topic on one coin, in the context of the moment."""

    topic: TopicName
    coin: Coin
    probability: float
    """P(net edge > 0 | context)."""
    net_edge: float
    """Expected net edge of a trade, in bp."""
    accuracy: float | None
    """Share of right directions in this phase; None without settled forecasts."""
    n: int
    n_effective: float

    def in_words(self) -> str:
        """As shown to people; accuracy is floored, so that no threshold looks passed."""
        if self.accuracy is None:
            return f"{self.topic} on {self.coin}: no settled forecasts yet"
        return (
            f"{self.topic} on {self.coin}: right {int(self.accuracy * 100)} % of {self.n}, "
            f"P(net edge > 0) {self.probability:.2f}, {self.net_edge:+.1f} bp"
        )


def standings(
    configuration: Configuration, situation: Situation, phase: Phase
) -> tuple[Standing, ...]:
    """All pairs, best first: by P(net edge > 0), then expected net edge."""
    known = _by_pair(situation.cells, phase)
    probability = np.nan_to_num(situation.probability).tolist()
    net_edge = np.nan_to_num(situation.net_edge).tolist()
    pairs = [
        _standing(
            known.get((topic.name, coin), ()),
            (topic.name, coin),
            (probability[row][column], net_edge[row][column]),
        )
        for row, topic in enumerate(configuration.topics)
        for column, coin in enumerate(situation.coins)
    ]
    return tuple(sorted(pairs, key=lambda one: (-one.probability, -one.net_edge)))


def _by_pair(
    cells: tuple[AccuracyCell, ...], phase: Phase
) -> dict[tuple[TopicName, Coin], tuple[AccuracyCell, ...]]:
    pairs: dict[tuple[TopicName, Coin], tuple[AccuracyCell, ...]] = {}
    for cell in cells:
        if cell.phase == phase and cell.volatility_regime != "*":
            pair = (cell.topic, cell.symbol)
            pairs[pair] = (*pairs.get(pair, ()), cell)
    return pairs


def _standing(
    cells: tuple[AccuracyCell, ...], pair: tuple[TopicName, Coin], worth: tuple[float, float]
) -> Standing:
    n = sum(cell.n for cell in cells)
    hits = sum(cell.hits for cell in cells)
    n_effective = sum(cell.n_effective for cell in cells)
    return Standing(*pair, *worth, hits / n if n else None, n, n_effective)
