"""A small seeded market with gaps and fat tails, and the facts that a bot would be told of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from trimtab.adapters.parquet.candles import Candles
from trimtab.adapters.parquet.feed import RecordedFeed
from trimtab.adapters.parquet.funding import Funding
from trimtab.adapters.parquet.predictions import Predictions
from trimtab.domain.canonical import hash_of
from trimtab.domain.configuration import (
    Configuration,
    Exits,
    Gate,
    Instrument,
    Mode,
    RiskLimits,
    Sizing,
    Topic,
)
from trimtab.domain.facts import Outside
from trimtab.domain.observations import Bars, BarsClosed, EngineStarted
from trimtab.domain.units import HOUR, Coin, Leverage, Micros, TopicName
from trimtab.lab.forecasters import Forecaster, SimulatedForecasts, simulate_forecasts
from trimtab.lab.markets import MarketParameters, SyntheticMarket, synthetic_market
from trimtab.lab.regimes import Spell
from trimtab.lab.synthetic_coins import SYNTHETIC_COINS, instruments

COINS = SYNTHETIC_COINS[:4]
NAMES = tuple(one.coin for one in COINS)

FORECASTERS = (
    Forecaster(Topic(TopicName("trend-8h"), "log_return", Micros(8 * HOUR)), (0.7, 0.7, 0.3, 0.3)),
    Forecaster(Topic(TopicName("price-4h"), "price", Micros(4 * HOUR)), (0.2, 0.5, 0.5, 0.5)),
)
"""One is good in trends and bad elsewhere, the other is bad in bull markets."""


class World(Struct, frozen=True, eq=False):
    """A market, its forecasts and its funding."""

    market: SyntheticMarket
    forecasts: SimulatedForecasts
    rates: NDArray[np.float64]
    """[settlement, coin]: every eight hours."""

    def facts(self) -> list[Outside]:
        """In the order of the world; bars in the longest blocks."""
        market, forecasts = self.market, self.forecasts
        gaps = (0,) * len(market.coins)
        candles = Candles(market.coins, market.interval, market.closes_at, market.bars, gaps)
        predictions = Predictions(
            forecasts.topics, forecasts.coins, forecasts.instants, forecasts.values, None, None, 0
        )
        funding = Funding(
            market.coins, market.closes_at[7::8], self.rates, np.zeros(self.rates.shape, np.bool_)
        )
        return list(RecordedFeed(candles, predictions, funding).facts())

    @property
    def opened(self) -> Micros:
        """Open of the first bar."""
        return Micros(int(self.market.closes_at[0]) - self.market.interval)


def world(seed: int, rows: int = 400, *, forecast_every: int = 5, gaps: bool = True) -> World:
    """Coins that now and then have no bar, hours in which none has one, and forecasts.

    Regimes are short, so that a few hundred rows hold several.
    """
    markets, views, holes = np.random.default_rng(seed).spawn(3)
    market = synthetic_market(rows, markets, MarketParameters(COINS, regime=Spell(60.0)))
    forecasts = simulate_forecasts(market, views, FORECASTERS)
    forecasts = SimulatedForecasts(
        forecasts.topics,
        forecasts.coins,
        forecasts.instants[::forecast_every],
        forecasts.values[::forecast_every],
    )
    rates = holes.normal(0.0, 1e-4, (len(market.closes_at[7::8]), len(COINS)))
    return World(with_gaps(market, holes) if gaps else market, forecasts, rates)


def with_gaps(market: SyntheticMarket, generator: np.random.Generator) -> SyntheticMarket:
    """One bar in thirty is missing, and for three hours all of them are."""
    bars = market.bars.copy()
    rows = len(bars)
    silence = int(generator.integers(rows // 2, rows - 3))
    for coin in range(bars.shape[2]):
        missing = generator.random(rows) < 1 / 30
        missing[silence : silence + 3] = True
        bars[missing, :, coin] = np.nan
    return with_bars(market, bars)


def with_bars(market: SyntheticMarket, bars: Bars) -> SyntheticMarket:
    """The same market with other bars; they become read-only."""
    bars.flags.writeable = False
    return SyntheticMarket(
        market.coins, market.interval, market.closes_at, bars, market.regimes, market.apart
    )


LIVELY = Configuration(
    topics=tuple(one.topic for one in FORECASTERS),
    mix={one.topic.name: NAMES for one in FORECASTERS},
    risk=RiskLimits(Leverage(2.0), maximum_drawdown=0.08),
    gate=Gate(0.45, 0.35),
    exits=Exits(stop_loss=0.03, take_profit=0.04, trailing_stop=0.03),
    sizing=Sizing(volatility_target=0.01, maximum_scale=2.0, compounding=True),
    capital=8_000_000.0,
)
"""Trades much, with every kind of exit, partial fills, and a drawdown limit within reach."""


def started(
    at: Micros,
    configuration: Configuration = LIVELY,
    *,
    mode: Mode = "backtest",
    traded: tuple[Instrument, ...] = instruments(COINS),
    reported_from: Micros | None = None,
) -> EngineStarted:
    """The first fact of a bot at stage full; its twin is as written, without the gate."""
    return EngineStarted(
        at=at,
        bot="test",
        mode=mode,
        stage="full",
        interval=HOUR,
        configuration=configuration,
        configuration_hash=hash_of(configuration),
        instruments=traded,
        twin=replace(configuration, gate=None),
        reported_from=reported_from,
    )


def one_by_one(facts: Iterable[Outside]) -> list[Outside]:
    """The same facts with every row of bars alone."""
    return [part for fact in facts for part in _rows(fact, range(10_000))]


def cut(facts: Iterable[Outside], generator: np.random.Generator) -> list[Outside]:
    """The same facts with blocks of bars cut at random."""
    parts: list[Outside] = []
    for fact in facts:
        parts += _rows(fact, np.flatnonzero(generator.random(10_000) < 1 / 3).tolist())
    return parts


def _rows(fact: Outside, cuts: Iterable[int]) -> Iterator[Outside]:
    if not isinstance(fact, BarsClosed):
        yield fact
        return
    rows = len(fact.bars)
    edges = sorted({0, rows, *(place for place in cuts if place < rows)})
    for start, stop in pairwise(edges):
        at = Micros(fact.at - (rows - stop) * fact.interval)
        yield BarsClosed(at, fact.interval, fact.coins, fact.bars[start:stop])


def prices(coins: tuple[Coin, ...], at: Micros, *closes: float) -> BarsClosed:
    """One row of bars that closed at `at`, flat at these prices, with volume to spare."""
    bars = np.array([[closes] * 4 + [[1e9] * len(closes)]])
    bars.flags.writeable = False
    return BarsClosed(at, HOUR, coins, bars)
