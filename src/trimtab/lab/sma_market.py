"""One coin's minutes, for timing a whole backtest on a market that everybody can draw again."""

from __future__ import annotations

import numpy as np

from trimtab.domain.units import MINUTE
from trimtab.lab.markets import MarketParameters, SyntheticMarket, synthetic_market
from trimtab.lab.synthetic_coins import SYNTHETIC_COINS


def minute_bars(rows: int, generator: np.random.Generator) -> SyntheticMarket:
    """One-minute bars of one coin: fat tails, clustered volatility, short trends."""
    return synthetic_market(
        rows, generator, MarketParameters(coins=SYNTHETIC_COINS[:1], interval=MINUTE)
    )
