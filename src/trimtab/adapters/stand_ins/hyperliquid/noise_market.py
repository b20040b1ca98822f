"""Prices that are a function of seed, coin and time: any candle of the past is there, and never changes.

Value noise over scales from a quarter of an hour to a month, each as large as a random walk's would be.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from zlib import crc32

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

MINUTE = 60_000
"""Milliseconds."""
_SCALES = tuple(MINUTE * 15 * 2**power for power in range(12))
_LOOKS = 16
"""Moments of a candle at which its price is looked at."""
_SPREAD = Decimal("0.0001")
_YEAR = 365.25 * 1440 * MINUTE


class Coin(Struct, frozen=True):
    """A perpetual of the stand-in."""

    name: str
    price: float
    """About which it moves."""
    size_decimals: int
    most_leverage: int
    volatility: float = 0.8
    """A year's."""
    only_isolated: bool = False
    delisted: bool = False


COINS = (
    Coin("BTC", 60_000.0, 5, 40, 0.5),
    Coin("ETH", 3_000.0, 4, 25, 0.65),
    Coin("SOL", 150.0, 2, 20, 0.9),
    Coin("OLD", 1.0, 0, 3, delisted=True),
    Coin("NEAR", 5.0, 1, 10, 1.0),
    Coin("ARB", 0.8, 1, 10, 1.0),
    Coin("BNB", 600.0, 3, 10, 0.6),
    Coin("XRP", 0.6, 0, 20, 0.9),
    Coin("DOGE", 0.15, 0, 10, 1.1),
    Coin("PURR", 0.2, 0, 3, 1.5, only_isolated=True),
)


class NoiseMarket(Struct, frozen=True):
    """Times in milliseconds (UTC)."""

    seed: int = 0
    coins: tuple[Coin, ...] = COINS
    liveliness: float = 1.0
    """Times the volatility."""

    def price(self, coin: Coin, at: int) -> Decimal:
        """The middle, on the venue's grid."""
        return on_grid(float(self._prices(coin, np.array([at]))[0]), coin)

    def candles(self, coin: Coin, length: int, first: int, count: int) -> Floats:
        """[candle, field]: open, high, low, close, volume of `count` candles from `first` on."""
        opens = first + length * np.arange(count + 1, dtype=np.int64)
        looks = opens[:-1, None] + (length * np.arange(_LOOKS + 1) // _LOOKS)[None, :]
        prices = self._prices(coin, looks.ravel()).reshape(looks.shape)
        drawn = _drawn(self._key(coin, 99), opens[:-1] // length)
        volume = 2e6 / coin.price * np.exp(0.5 * drawn) * np.sqrt(length / (60 * MINUTE))
        return np.stack(
            [prices[:, 0], prices.max(axis=1), prices.min(axis=1), prices[:, -1], volume], axis=1
        )

    def _prices(self, coin: Coin, at: Whole) -> Floats:
        total = np.zeros(len(at))
        for level, scale in enumerate(_SCALES):
            size = coin.volatility * self.liveliness * np.sqrt(scale / _YEAR)
            shared = _smooth(_drawn_key(self.seed, 0, level), at, scale)
            own = _smooth(self._key(coin, level), at, scale)
            total += size * (0.8 * shared + 0.6 * own)
        prices: Floats = coin.price * np.exp(total)
        return prices

    def _key(self, coin: Coin, level: int) -> int:
        return _drawn_key(self.seed, crc32(coin.name.encode()), level)


def on_grid(price: float, coin: Coin) -> Decimal:
    """Five significant figures, and no more decimals than the venue's rule allows."""
    exact = Decimal(f"{price:.5g}")
    return round(exact, max(0, 6 - coin.size_decimals)) if exact < 100_000 else round(exact, 0)


def touch(mid: Decimal, coin: Coin) -> tuple[Decimal, Decimal]:
    """Best bid and ask."""
    half = mid * _SPREAD / 2
    tick = _tick(mid, coin)
    bid = ((mid - half) / tick).to_integral_value(ROUND_FLOOR) * tick
    ask = ((mid + half) / tick).to_integral_value(ROUND_CEILING) * tick
    return bid, max(ask, bid + tick)


def _tick(price: Decimal, coin: Coin) -> Decimal:
    places = min(max(0, 6 - coin.size_decimals), max(0, 4 - price.adjusted()))
    return Decimal(1).scaleb(-places)


def _drawn_key(seed: int, word: int, level: int) -> int:
    return crc32(f"{seed}/{word}/{level}".encode())


def _smooth(key: int, at: Whole, scale: int) -> Floats:
    """Noise at the lattice's points, joined smoothly."""
    place = at // scale
    share = (at - place * scale) / scale
    weight = share * share * (3.0 - 2.0 * share)
    smooth: Floats = (1.0 - weight) * _drawn(key, place) + weight * _drawn(key, place + 1)
    return smooth


def _drawn(key: int, place: Whole) -> Floats:
    """Standard deviation 1, uniform (splitmix64)."""
    with np.errstate(over="ignore"):
        mixed = place.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(key + 1)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    uniform: Floats = mixed / 2.0**64
    drawn: Floats = (uniform - 0.5) * np.sqrt(12.0)
    return drawn
