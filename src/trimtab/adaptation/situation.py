"""What a rule may look at when it decides."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trimtab.adaptation.held import Held
from trimtab.context.accuracy_cells import AccuracyCell
from trimtab.domain.configuration import Configuration
from trimtab.domain.market_context import VolatilityRegime
from trimtab.domain.units import Coin, Micros


class Prospects(NamedTuple):
    """What may come while the market stays in its phase."""

    probability: NDArray[np.float64]
    """[topic, coin] P(net edge > 0) in the best volatility, calm, trend and size within the phase."""
    net_edge: NDArray[np.float64]
    """[topic, coin] the expected net edge there, in bp of the position."""
    correlations: NDArray[np.float64]
    """[coin, coin] of returns of late."""


class Situation(NamedTuple):
    """The moment of a market event. Arrays are by topic (as configured) and coin."""

    at: Micros
    interval: Micros
    coins: tuple[Coin, ...]
    written: Configuration
    """As the user wrote it: what may be restored, never exceeded."""
    probability: NDArray[np.float64]
    """[topic, coin] P(net edge > 0 | context) of an ordinary forecast now."""
    net_edge: NDArray[np.float64]
    """[topic, coin] its expected net edge, in bp of the position."""
    sigmas: NDArray[np.float64]
    """[coin] standard deviation of one bar's return."""
    cells: tuple[AccuracyCell, ...]
    """The ledger behind the probabilities; empty unless the event needs it."""
    prospects: Prospects | None = None
    """None unless the event needs them: all that is known is the moment."""
    regimes: Mapping[Coin, VolatilityRegime] = MappingProxyType({})
    """Of coins whose volatility is known."""
    changed: Mapping[Coin, Micros] = MappingProxyType({})
    """When each coin was last touched by an adaptation."""
    held: Held = Held()
    """What other alarms hold down."""
    context: str = "unknown"
    """The market's phase."""
    surplus: float = 0.0
    """Equity less that of the static twin, in USD."""
    twins_gain: float = 0.0
    """What the static twin has earned so far, in USD."""

    def sigma_of(self, coin: Coin) -> float:
        """0 while it is unknown."""
        sigma = float(self.sigmas[self.coins.index(coin)])
        return sigma if np.isfinite(sigma) else 0.0

    @property
    def best(self) -> Prospects:
        """The prospects; where none are known, the moment's."""
        alone = np.eye(len(self.coins))
        return self.prospects or Prospects(self.probability, self.net_edge, alone)
