"""One coin's minutes, for timing a whole backtest on a market that everybody can draw again."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from trimtab.domain.observations import CLOSE, HIGH, LOW, OPEN
from trimtab.domain.units import MINUTE
from trimtab.lab.markets import MarketParameters, SyntheticMarket, synthetic_market
from trimtab.lab.synthetic_coins import SYNTHETIC_COINS

TICKS = 32
"""To the dollar: sums of such prices are exact, so that no two libraries differ in which of two
averages is above."""


def minute_bars(rows: int, generator: np.random.Generator) -> SyntheticMarket:
    """One-minute bars of one coin: fat tails, clustered volatility, short trends.

    Each opens where the one before it closed: to trade at the last price, as some back-testers do,
    and at the next open, as others do, is the same.
    """
    market = synthetic_market(
        rows, generator, MarketParameters(coins=SYNTHETIC_COINS[:1], interval=MINUTE)
    )
    bars = market.bars.copy()
    prices = bars[:, : CLOSE + 1]
    prices[:] = np.round(prices * TICKS) / TICKS
    bars[1:, OPEN] = bars[:-1, CLOSE]
    bars[:, HIGH], bars[:, LOW] = prices.max(axis=1), prices.min(axis=1)
    bars.flags.writeable = False
    return replace(market, bars=bars)
