"""A seeded synthetic market whose truth is known: for demonstrations, tests and detector scores.

Four regimes rule the whole market in turn; coins share a common factor, which now and then lets
go of them. Shocks have fat tails, volatility clusters, volume follows the week and the moves.
"""

from __future__ import annotations

from math import floor, log10, sqrt

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.domain.observations import VOLUME, Bars
from trimtab.domain.rounding import significant
from trimtab.domain.units import HOUR, Coin, Micros
from trimtab.lab.regimes import Spell, breakdown_path, regime_path
from trimtab.lab.synthetic_bars import COIN, Habits, Noise, Weather, write_bars
from trimtab.lab.synthetic_coins import SYNTHETIC_COINS, SyntheticCoin

Floats = NDArray[np.float64]

_FIRST_HOUR = 72
"""1970 began on a Thursday: 72 hours after the start of its week."""


class MarketParameters(Struct, frozen=True):
    """What kind of market. Times are in rows."""

    coins: tuple[SyntheticCoin, ...] = SYNTHETIC_COINS
    interval: Micros = HOUR
    start: Micros = Micros(1_704_067_200_000_000)
    """Open of the first bar, UTC: 2024-01-01 00:00."""
    regime: Spell = Spell(120.0)
    together: Spell = Spell(1_500.0)
    apart: Spell = Spell(48.0)
    sigma: tuple[float, float, float, float] = (1.0, 1.3, 0.6, 2.4)
    """Volatility in bull, bear, sideways and volatile markets."""
    trend: tuple[float, float, float, float] = (0.1, -0.1, 0.0, 0.0)
    """Drift per row, in units of that volatility."""
    apart_loading: float = 0.3
    """What is left of a coin's loading on the common factor while coins are apart."""
    tails: float = 4.0
    """Degrees of freedom of the shocks (Student's t)."""
    largest_shock: float = 8.0
    """Bound of a shock, in standard deviations, so that no price explodes."""
    habits: Habits = Habits()


class SyntheticMarket(Struct, frozen=True, eq=False):
    """Bars and the truth behind them; all arrays are read-only."""

    coins: tuple[Coin, ...]
    interval: Micros
    closes_at: NDArray[np.int64]
    """UTC in microseconds, one for each row."""
    bars: Bars
    """C-ordered float64[rows, 5, coins]: open, high, low, close, volume in coins."""
    regimes: NDArray[np.int8]
    """Code of the regime that ruled each row."""
    apart: NDArray[np.bool_]
    """Where the coins did not move together."""


def synthetic_market(
    rows: int, generator: np.random.Generator, parameters: MarketParameters | None = None
) -> SyntheticMarket:
    """Draw a market. Equal seeds, rows and parameters give equal bits."""
    chosen = parameters or MarketParameters()
    opens_at = chosen.start + chosen.interval * np.arange(rows, dtype=np.int64)
    regimes = regime_path(rows, chosen.regime, generator)
    apart = breakdown_path(rows, chosen.together, chosen.apart, generator)
    bars = np.empty((rows, 5, len(chosen.coins)))
    weather = _weather(chosen, regimes, apart, opens_at)
    noise = _noise(rows, chosen, generator)
    write_bars(weather, noise, chosen.habits, _cells(chosen), bars)
    bars[:, VOLUME] = significant(bars[:, VOLUME], 7)
    closes_at = opens_at + chosen.interval
    for values in (closes_at, bars, regimes, apart):
        values.flags.writeable = False
    coins = tuple(one.coin for one in chosen.coins)
    return SyntheticMarket(coins, chosen.interval, closes_at, bars, regimes, apart)


def _weather(
    chosen: MarketParameters,
    regimes: NDArray[np.int8],
    apart: NDArray[np.bool_],
    opens_at: NDArray[np.int64],
) -> Weather:
    return Weather(
        sigma=np.array(chosen.sigma)[regimes],
        trend=np.array(chosen.trend)[regimes],
        together=np.where(apart, chosen.apart_loading, 1.0),
        business=_business(opens_at),
    )


def _business(opens_at: NDArray[np.int64]) -> Floats:
    """Share of the usual volume by the hour of the week: busiest at 15:00, quiet weekends."""
    hour = (opens_at // HOUR + _FIRST_HOUR) % 168
    of_day: Floats = 1.0 + 0.5 * np.cos((hour % 24 - 15) * (2.0 * np.pi / 24.0))
    of_week: Floats = np.where(hour >= 120, 0.6, 1.0)
    return of_week * of_day


def _noise(rows: int, chosen: MarketParameters, generator: np.random.Generator) -> Noise:
    shape = (rows, len(chosen.coins))
    return Noise(
        common=_shocks((rows,), chosen, generator),
        own=_shocks(shape, chosen, generator),
        extremes=1.0 - generator.random((rows, 2, len(chosen.coins))),
        gaps=generator.standard_normal(shape),
        activity=generator.standard_normal(shape),
    )


def _shocks(
    shape: tuple[int, ...], chosen: MarketParameters, generator: np.random.Generator
) -> Floats:
    """Student's t, scaled to unit variance."""
    scale = sqrt((chosen.tails - 2.0) / chosen.tails)
    drawn = generator.standard_t(chosen.tails, shape) * scale
    return np.clip(drawn, -chosen.largest_shock, chosen.largest_shock)


def _cells(chosen: MarketParameters) -> NDArray[np.void]:
    hours = chosen.interval / HOUR
    return np.array(
        [
            (
                one.volatility * sqrt(hours),
                one.loading,
                one.dollar_volume * hours,
                10.0 ** (5 - floor(log10(one.price))),
                one.price,
                1.0,
                0.0,
            )
            for one in chosen.coins
        ],
        COIN,
    )
