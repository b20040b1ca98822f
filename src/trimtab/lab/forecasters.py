"""Simulated forecast topics of known skill. THEY LOOK INTO THE FUTURE BY CONSTRUCTION.

A forecaster is told the sign of the realised return over its horizon and passes it on with a
probability that depends on the context; otherwise it says the opposite. Errors persist and
coincide between coins, as those of real forecasters do. This serves demonstrations and tests of
the adaptation: nothing that is measured with it says anything about a real market.
"""

from __future__ import annotations

from math import exp, sqrt

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.domain.configuration import Topic
from trimtab.domain.observations import CLOSE
from trimtab.domain.rounding import significant
from trimtab.domain.units import HOUR, Coin, Micros, TopicName
from trimtab.lab.markets import SyntheticMarket
from trimtab.lab.persistence import as_uniform, persistent
from trimtab.lab.volatility_rank import rank_in_record, recent_volatility

Floats = NDArray[np.float64]

WARM_UP = 72
"""Rows before the first forecast."""


class Forecaster(Struct, frozen=True):
    """One topic, and how often its sign is right."""

    topic: Topic
    skill: tuple[float, float, float, float]
    """Probability of the right sign in bull, bear, sideways and volatile markets."""
    calm: float = 0.0
    """Added for a coin at its calmest, taken away at its wildest, in between in proportion."""
    coins: tuple[Coin, ...] = ()
    """The coins on which it has this skill; on others it flips a coin. Empty: on all."""
    informative: float = 0.0
    """How much larger, as a fraction, right forecasts are, and how much smaller wrong ones."""
    memory: float = exp(-1.0 / 8.0)
    """Correlation of its luck from row to row."""
    lasts: int | None = None
    """Rows of the market until its skill is gone for good; None: it stays."""
    afterwards: float = 0.4
    """Probability of the right sign from then on."""


def _topic(name: str, hours: int) -> Topic:
    return Topic(TopicName(name), "log_return", Micros(hours * HOUR))


FORECASTERS = (
    Forecaster(_topic("momentum-8h", 8), (0.63, 0.63, 0.47, 0.40), informative=0.1),
    Forecaster(_topic("calm-8h", 8), (0.52, 0.50, 0.66, 0.44), calm=0.05),
    Forecaster(_topic("coin-flip-8h", 8), (0.50, 0.50, 0.50, 0.50)),
    Forecaster(
        Topic(TopicName("sol-4h"), "price", Micros(4 * HOUR)),
        (0.63, 0.63, 0.63, 0.58),
        coins=(Coin("SOL"), Coin("NEAR")),
    ),
)
"""Good in trends, good in calm, never good, good on two coins: there is something to find out."""


class SimulatedForecasts(Struct, frozen=True, eq=False):
    """Forecasts of all topics; arrays are read-only."""

    topics: tuple[Topic, ...]
    coins: tuple[Coin, ...]
    instants: NDArray[np.int64]
    """Moments of issue (UTC, microseconds): closes of bars."""
    values: Floats
    """float64[instants, topics, coins]; NaN where the future is not in the record."""


def simulate_forecasts(
    market: SyntheticMarket,
    generator: np.random.Generator,
    forecasters: tuple[Forecaster, ...] = FORECASTERS,
) -> SimulatedForecasts:
    """Every forecaster's view at every close after the warm-up, each from a stream of its own.

    Raises ValueError for a horizon that is not a whole number of bars.
    """
    views = [
        _view(forecaster, market, stream)
        for forecaster, stream in zip(forecasters, generator.spawn(len(forecasters)), strict=True)
    ]
    values = np.stack(views, axis=1)[WARM_UP:]
    instants = market.closes_at[WARM_UP:]
    known = np.isfinite(values).any(axis=(1, 2))
    instants, values = instants[known], values[known]
    instants.flags.writeable = values.flags.writeable = False
    topics = tuple(one.topic for one in forecasters)
    return SimulatedForecasts(topics, market.coins, instants, values)


def _view(
    forecaster: Forecaster, market: SyntheticMarket, generator: np.random.Generator
) -> Floats:
    """float64[rows, coins] of one topic."""
    closes = market.bars[:, CLOSE]
    rows, coins = closes.shape
    horizon = _rows(forecaster.topic, market.interval)
    volatility = recent_volatility(closes)
    luck = as_uniform(_luck(rows, coins, forecaster.memory, generator))
    hit = np.where(luck < _skill(forecaster, market, volatility), 1.0, -1.0)
    fancy = np.exp(0.5 * persistent(rows, coins, forecaster.memory, generator))
    size = 0.12 * sqrt(horizon) * volatility * fancy * (1.0 + forecaster.informative * hit)
    view = hit * size * _realised_sign(closes, horizon)
    if forecaster.topic.kind == "price":
        return significant(closes * np.exp(view), 8)
    return significant(view, 6)


def _rows(topic: Topic, interval: Micros) -> int:
    rows, rest = divmod(topic.horizon, interval)
    if rest or not rows:
        raise ValueError(f"topic {topic.name}: its horizon is not a whole number of bars")
    return rows


def _luck(rows: int, coins: int, memory: float, generator: np.random.Generator) -> Floats:
    """Standard normal; 30 % of its variance is common to all coins."""
    common = persistent(rows, 1, memory, generator)
    return sqrt(0.3) * common + sqrt(0.7) * persistent(rows, coins, memory, generator)


def _skill(forecaster: Forecaster, market: SyntheticMarket, volatility: Floats) -> Floats:
    by_regime = np.array(forecaster.skill)[market.regimes][:, None]
    skill = by_regime + forecaster.calm * (1.0 - 2.0 * rank_in_record(volatility))
    skilled = [not forecaster.coins or coin in forecaster.coins for coin in market.coins]
    skill = np.where(skilled, skill, 0.5)
    if forecaster.lasts is not None:
        skill[forecaster.lasts :] = forecaster.afterwards
    return skill


def _realised_sign(closes: Floats, horizon: int) -> Floats:
    """1 or -1 (an unchanged price counts as up); NaN where the record ends before."""
    sign = np.full_like(closes, np.nan)
    sign[:-horizon] = np.where(closes[horizon:] >= closes[:-horizon], 1.0, -1.0)
    return sign
