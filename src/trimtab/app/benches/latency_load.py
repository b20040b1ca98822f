"""Events for the latency bench: each of them makes the bot decide something."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.app.compose import started
from trimtab.domain.configuration import Configuration, Instrument, Topic
from trimtab.domain.facts import Outside
from trimtab.domain.observations import BarsClosed, EngineStarted, PredictionsIssued
from trimtab.domain.units import HOUR, Coin, Micros, TopicName

START = Micros(1_704_067_200_000_000)
SEED = 20_240_601
SPIKING, BAR = 10, Micros(48 * HOUR)
"""Coins that spike in turn, and the bar: so long that one wild bar is evidence enough, and that a
coin is calm again when its next turn comes."""
JUMP, NOISE = 0.02, 1e-4
WARM_UP = 120
"""Rows before every further one makes a coin spike."""

FORECAST_COINS = 15


class Load(Struct, frozen=True, eq=False):
    """A bot's start, what it has to learn first, and then events that make it decide."""

    start: EngineStarted
    past: tuple[Outside, ...]
    events: tuple[Outside, ...]


def spikes(count: int) -> Load:
    """Bars; at each one coin begins to spike and another is calm again: tighten, or do not."""
    coins = tuple(Coin(f"C{place}") for place in range(SPIKING))
    instruments = tuple(Instrument(coin) for coin in coins)
    start = started(
        Configuration((), {}), instruments, BAR, START, bot="bench", mode="demo", stage="full"
    )
    facts = tuple(_bars(coins, WARM_UP + count))
    return Load(start, facts[:WARM_UP], facts[WARM_UP:])


def _bars(coins: tuple[Coin, ...], rows: int) -> Iterator[Outside]:
    moves = np.random.default_rng(SEED).normal(0.0, NOISE, (rows, len(coins)))
    row = np.arange(rows)
    moves[row, row % len(coins)] = np.where(row // len(coins) % 2, JUMP, -JUMP)
    closes = 100.0 * np.exp(np.cumsum(moves, axis=0))
    opens = np.vstack((np.full(len(coins), 100.0), closes[:-1]))
    for place in range(rows):
        bars = _bar(opens[place], closes[place])
        yield BarsClosed(Micros(START + (place + 1) * BAR), BAR, coins, bars)


def _bar(opened: NDArray[np.float64], closed: NDArray[np.float64]) -> NDArray[np.float64]:
    high, low = np.maximum(opened, closed), np.minimum(opened, closed)
    volume = np.full(len(closed), 1_000.0)
    bars = np.array([[opened, high, low, closed, volume]], np.float64).round(6)
    bars.flags.writeable = False
    return bars


def forecasts(count: int) -> Load:
    """Forecasts of one topic for all coins: each is weighed, and traded or not."""
    coins = tuple(Coin(f"C{place}") for place in range(FORECAST_COINS))
    topic = Topic(TopicName("bench-8h"), "log_return", Micros(8 * HOUR))
    start = started(
        Configuration((topic,), {topic.name: coins}),
        tuple(Instrument(coin) for coin in coins),
        HOUR,
        START,
        bot="bench",
        mode="demo",
    )
    past = tuple(_bars(coins, WARM_UP))
    return Load(start, past, tuple(_forecasts(topic, coins, past[-1].at, count)))


def _forecasts(
    topic: Topic, coins: tuple[Coin, ...], after: Micros, count: int
) -> Iterator[Outside]:
    """One a second of the market's time."""
    returns = np.random.default_rng(SEED).normal(0.0, 0.01, (count, len(coins)))
    for place, row in enumerate(np.round(returns, 6).tolist(), 1):
        at = Micros(after + place * 1_000_000)
        yield PredictionsIssued(at, (topic.name,), coins, (tuple(row),))
