"""AlloraOptimizer: where are the forecasters worth their costs in this context?"""

from __future__ import annotations

from math import ceil, sqrt
from typing import NamedTuple

import numpy as np

from trimtab.adaptation.situation import Situation
from trimtab.context.accuracy_cells import AccuracyCell
from trimtab.domain.configuration import Configuration
from trimtab.domain.market_context import Phase, VolatilityRegime
from trimtab.domain.units import Bp, Coin, TopicName

FEW = 30.0
"""Independent outcomes below which a share of hits says little."""

_TAIL = 1.6448536269514722
"""Standard deviations that leave 5 % of a normal distribution on either side."""

Pair = tuple[TopicName, Coin]


class Standing(NamedTuple):
    """One topic on one coin, in the context of the moment."""

    topic: TopicName
    coin: Coin
    phase: Phase
    volatility: VolatilityRegime | None
    """The coin's own; None where figures are of the whole phase."""
    probability: float
    """P(net edge > 0 | context)."""
    net_edge: float
    """Expected net edge of a trade, in bp."""
    prospect: float
    """P(net edge > 0) in the best volatility, calm, trend and size within this phase."""
    costs: Bp
    """Of a round trip."""
    accuracy: float | None
    """Share of right directions in this context; None without settled forecasts."""
    n: int
    n_effective: float
    """Independent outcomes behind what is believed of this phase."""

    def in_words(self) -> str:
        """As shown to people; accuracy is floored, so that no threshold looks passed."""
        chance = f"after {self.costs:g} bp costs the chance of an edge is {self.probability:.2f}"
        calm = f", {self.volatility}-volatility" if self.volatility else ""
        where = f"in {self.phase}{calm} markets"
        if self.accuracy is None:
            return f"{where} {self.topic} on {self.coin} has no settled forecasts yet; {chance}"
        low, high = wilson(self.accuracy, self.n_effective)
        few = "" if self.n_effective >= FEW else ", too few to tell"
        return (
            f"{where} {self.topic} on {self.coin} was right {int(self.accuracy * 100)} % of "
            f"{self.n_effective:,.0f} effective forecasts "
            f"[{int(low * 100)}-{ceil(high * 100)}]{few}; {chance}, {self.net_edge:+.1f} bp"
        )


def wilson(share: float, n: float) -> tuple[float, float]:
    """The 90 % interval of a share among n independent outcomes (Wilson 1927)."""
    if n <= 0.0:
        return 0.0, 1.0
    square = _TAIL * _TAIL
    middle = (share + square / (2.0 * n)) / (1.0 + square / n)
    width = _TAIL * sqrt(share * (1.0 - share) / n + square / (4.0 * n * n)) / (1.0 + square / n)
    return max(0.0, middle - width), min(1.0, middle + width)


def standings(
    configuration: Configuration, situation: Situation, phase: Phase
) -> tuple[Standing, ...]:
    """All pairs, best first: by P(net edge > 0), then expected net edge."""
    known = _by_pair(situation.cells, phase)
    costs = configuration.costs.round_trip()
    probability = np.nan_to_num(situation.probability).tolist()
    net_edge = np.nan_to_num(situation.net_edge).tolist()
    prospect = np.nan_to_num(situation.best.probability).tolist()
    pairs = [
        _standing(
            known.get((topic.name, coin), ()),
            situation.regimes.get(coin),
            Standing(
                topic.name, coin, phase, None,
                probability[row][column], net_edge[row][column], prospect[row][column], costs,
                None, 0, 0.0,
            ),
        )
        for row, topic in enumerate(configuration.topics)
        for column, coin in enumerate(situation.coins)
    ]  # fmt: skip
    return tuple(sorted(pairs, key=lambda one: (-one.probability, -one.net_edge)))


def _by_pair(cells: tuple[AccuracyCell, ...], phase: Phase) -> dict[Pair, tuple[AccuracyCell, ...]]:
    pairs: dict[Pair, tuple[AccuracyCell, ...]] = {}
    for cell in cells:
        if cell.phase == phase and cell.volatility_regime != "*":
            pair = (cell.topic, cell.symbol)
            pairs[pair] = (*pairs.get(pair, ()), cell)
    return pairs


def _standing(
    cells: tuple[AccuracyCell, ...], volatility: VolatilityRegime | None, unknown: Standing
) -> Standing:
    """With what the coin's own volatility regime has shown; else with the whole phase."""
    here = tuple(cell for cell in cells if cell.volatility_regime == volatility)
    told = here or cells
    n, hits = sum(cell.n for cell in told), sum(cell.hits for cell in told)
    if not n:
        return unknown
    return unknown._replace(
        volatility=volatility if here else None,
        accuracy=hits / n,
        n=n,
        n_effective=sum(cell.n_effective for cell in told),
    )
