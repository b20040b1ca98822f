"""Round trips of both books, with the context in which each began."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from trimtab.domain.units import Coin

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

_COLUMNS = ("book", "coin", "closed", "notional", "net", "phase", "regime")


class RoundTrips(Struct, frozen=True, eq=False):
    """What actual books (0) and static twins (1) traded; arrays [trip]."""

    coins: tuple[Coin, ...]
    book: Integers
    coin: Integers
    closed: Integers
    """UTC in microseconds."""
    notional: Floats
    """At entry, USD."""
    net: Floats
    """USD, after fees and funding."""
    phase: Integers
    """The market's when the trip began: index in PHASES."""
    regime: Integers
    """The coin's volatility then: index in VOLATILITY_REGIMES."""

    def where(self, here: NDArray[np.bool_]) -> RoundTrips:
        """Only these."""
        return replace(self, **{name: getattr(self, name)[here] for name in _COLUMNS})


def joined(runs: Sequence[RoundTrips]) -> RoundTrips:
    """Those of all runs, with one order of the coins. Raises ValueError without runs."""
    if not runs:
        raise ValueError("round trips: no runs to join")
    coins = tuple(dict.fromkeys(coin for run in runs for coin in run.coins))
    places = [np.array([coins.index(coin) for coin in run.coins], np.int64) for run in runs]
    parts = [replace(run, coin=place[run.coin]) for run, place in zip(runs, places, strict=True)]
    columns = {name: np.concatenate([getattr(one, name) for one in parts]) for name in _COLUMNS}
    return RoundTrips(coins, **columns)
