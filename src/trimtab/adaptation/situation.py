"""What a rule may look at when it decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trimtab.context.accuracy_cells import AccuracyCell
from trimtab.domain.configuration import Configuration
from trimtab.domain.market_context import VolatilityRegime
from trimtab.domain.units import Coin, Micros


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
    prospect: NDArray[np.float64]
    """[topic, coin] P(net edge > 0) in the best volatility, calm and trend of the phase."""
    prospect_edge: NDArray[np.float64]
    """[topic, coin] the expected net edge there, in bp of the position."""
    regimes: tuple[VolatilityRegime, ...]
    """[coin]"""
    correlations: NDArray[np.float64]
    """[coin, coin] of returns of late; empty unless the event needs it."""
    changed: Mapping[Coin, Micros]
    """When each coin was last touched by an adaptation."""
