"""The seam into which strategies plug: when to speak, and what to want."""

from __future__ import annotations

from typing import NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from trimtab.domain.observations import Bars


class Signals(NamedTuple):
    """What a strategy wants now, by topic and coin. What it does not want costs nothing."""

    returns: NDArray[np.float64]
    """[topic, coin] expected log return; its sign is the side, NaN is no opinion."""
    probability: NDArray[np.float64]
    """[topic, coin] P(net edge > 0 | context)."""
    net_edge: NDArray[np.float64]
    """[topic, coin] expected net edge of a trade, in bp."""
    horizons: NDArray[np.int64]
    """[topic] how long a position is held (microseconds)."""
    reverses: bool = False
    """A signal against an open position turns it around; else positions wait for their exit."""


class Strategy(Protocol):
    """Plain and immutable. The dense part runs until the strategy wants to speak."""

    @property
    def name(self) -> str:
        """As in the configuration."""
        ...

    def advance(self, bars: Bars, start: int, limit: int) -> tuple[Self, int]:
        """Consume rows until there is something to say; the row to go on from."""
        ...

    def joined(self, places: list[int]) -> Self:
        """For other coins: the former place of each, -1 for one that starts afresh."""
        ...

    def on_bars(self) -> Signals | None:
        """What the last row made it want."""
        ...

    def on_forecasts(self, weighed: Signals) -> Signals | None:
        """What it makes of forecasts that have been weighed."""
        ...
