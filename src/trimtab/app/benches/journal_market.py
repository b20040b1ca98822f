"""What the journal benches write: a market of fifteen coins, as a live bot would record it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from trimtab.app.compose import started
from trimtab.context.told_figures import told_table
from trimtab.domain.configuration import Configuration, Topic
from trimtab.domain.facts import Outside
from trimtab.domain.observations import BarsClosed, EngineStarted, PredictionsIssued
from trimtab.domain.units import DAY, HOUR, Coin, Micros
from trimtab.lab.forecasters import FORECASTERS, simulate_forecasts
from trimtab.lab.markets import MarketParameters, synthetic_market
from trimtab.lab.synthetic_coins import SYNTHETIC_COINS, instruments

SEED = 20_240_601
NAMES = (
    "BTC", "ETH", "SOL", "NEAR", "LINK", "AVAX", "DOGE", "ARB", "XRP", "ADA", "LTC", "BCH", "BNB",
    "DOT", "ATOM",
)  # fmt: skip
COINS = tuple(
    replace(SYNTHETIC_COINS[place % len(SYNTHETIC_COINS)], coin=Coin(name))
    for place, name in enumerate(NAMES)
)

UNSKILLED, SKILLED = "coin-flip-8h", "momentum-8h"
"""A topic that is hardly traded, as most of the real ones; and one that is traded all the time."""


PLACES = 8
"""Of a forecast log return: six significant digits of an ordinary one."""


class Record(Struct, frozen=True, eq=False):
    """A bot's start, and what the world told it."""

    start: EngineStarted
    facts: tuple[Outside, ...]


def record(days: int, interval: Micros = HOUR, forecaster: str = UNSKILLED) -> Record:
    """Every bar a fact of its own; each hour the forecasts of one topic for all coins."""
    generator = np.random.default_rng(SEED)
    parameters = MarketParameters(coins=COINS, interval=interval)
    market = synthetic_market(days * DAY // interval, generator, parameters)
    chosen = tuple(one for one in FORECASTERS if one.topic.name == forecaster)
    forecasts = simulate_forecasts(market, generator, chosen)
    hourly = {
        at: values
        for at, values in zip(forecasts.instants.tolist(), forecasts.values, strict=True)
        if at % HOUR == 0
    }
    return Record(
        _start(forecasts.topics[0], interval, Micros(int(market.closes_at[0]) - interval)),
        tuple(
            _facts(market.closes_at.tolist(), interval, market.bars, hourly, forecasts.topics[0])
        ),
    )


def _start(topic: Topic, interval: Micros, at: Micros) -> EngineStarted:
    coins = tuple(one.coin for one in COINS)
    configuration = Configuration((topic,), {topic.name: coins})
    return started(configuration, instruments(COINS), interval, at, bot="bench", mode="demo")


def _facts(
    closes: list[int],
    interval: Micros,
    bars: NDArray[np.float64],
    hourly: dict[int, NDArray[np.float64]],
    topic: Topic,
) -> Iterator[Outside]:
    coins = tuple(one.coin for one in COINS)
    for row, at in enumerate(map(Micros, closes)):
        yield BarsClosed(at, interval, coins, bars[row : row + 1])
        if at in hourly:
            yield PredictionsIssued(at, (topic.name,), coins, told_table(hourly[at], PLACES))
