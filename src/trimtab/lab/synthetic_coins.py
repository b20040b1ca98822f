"""The coins of the synthetic market: names that a reader knows, behaviour that is made up."""

from __future__ import annotations

from msgspec import Struct

from trimtab.domain.configuration import Instrument
from trimtab.domain.units import Coin


class SyntheticCoin(Struct, frozen=True):
    """How one coin behaves."""

    coin: Coin
    price: float
    """At the start."""
    volatility: float
    """Standard deviation of an hour's log return in a bull market."""
    loading: float
    """Correlation with the market's common factor, outside breakdowns."""
    dollar_volume: float
    """Usual traded notional an hour."""
    size_decimals: int


SYNTHETIC_COINS = (
    SyntheticCoin(Coin("BTC"), 60_000.0, 0.0055, 0.86, 4.0e8, 5),
    SyntheticCoin(Coin("ETH"), 3_000.0, 0.0070, 0.86, 2.0e8, 4),
    SyntheticCoin(Coin("SOL"), 150.0, 0.0095, 0.78, 8.0e7, 2),
    SyntheticCoin(Coin("NEAR"), 5.0, 0.0105, 0.76, 9.0e6, 1),
    SyntheticCoin(Coin("LINK"), 15.0, 0.0090, 0.77, 1.5e7, 1),
    SyntheticCoin(Coin("AVAX"), 30.0, 0.0095, 0.78, 1.5e7, 2),
    SyntheticCoin(Coin("DOGE"), 0.15, 0.0100, 0.70, 4.0e7, 0),
    SyntheticCoin(Coin("ARB"), 1.0, 0.0105, 0.76, 1.0e7, 1),
)


def instruments(coins: tuple[SyntheticCoin, ...] = SYNTHETIC_COINS) -> tuple[Instrument, ...]:
    """The trading rules that go with the coins."""
    return tuple(Instrument(one.coin, one.size_decimals) for one in coins)
