"""A story's bot: three coins, one topic, hourly bars; told fact by fact, or hour by hour."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from tests.builders.market import prices, started
from tests.builders.running import reacted
from trimtab.domain.configuration import Configuration, Costs, Instrument, RiskLimits, Topic
from trimtab.domain.facts import Derived, Outside
from trimtab.domain.observations import BarsClosed, PredictionsIssued
from trimtab.domain.units import HOUR, Bp, Coin, Leverage, Micros, TopicName
from trimtab.mind.mind import Mind

BTC, ETH, SOL = Coin("BTC"), Coin("ETH"), Coin("SOL")
COINS = (BTC, ETH, SOL)
TOPIC = TopicName("quick-2h")
HORIZON = 2
ACTOR = "ada"
Closes = NDArray[np.float64]
"""[row, coin]"""
WRITTEN = Configuration(
    topics=(Topic(TOPIC, "log_return", Micros(HORIZON * HOUR)),),
    mix={TOPIC: COINS},
    risk=RiskLimits(Leverage(2.0), maximum_drawdown=0.25),
    gate=None,
    costs=Costs(taker_fee=Bp(0.0), half_spread=Bp(0.0), impact=Bp(0.0)),
    capital=3_000.0,
)
"""A thousand dollars a coin, twice leveraged, and nothing to pay."""


def hour(count: int) -> Micros:
    """The close of the story's bar of that number."""
    return Micros(1_704_067_200_000_000 + count * HOUR)


class Story:
    """What a bot is told, and everything that it says."""

    def __init__(self, configuration: Configuration = WRITTEN) -> None:
        traded = tuple(Instrument(coin) for coin in COINS)
        self.mind = Mind.of(started(hour(0), configuration, mode="paper", traded=traded))
        self.hours = 0
        self.told: list[Derived] = []

    @property
    def now(self) -> Micros:
        return hour(self.hours)

    def hear(self, *facts: Outside) -> list[Derived]:
        """What the bot says to these facts."""
        self.mind, told = reacted(self.mind, *facts)
        self.told += told
        return told

    def an_hour_at(self, *closes: float) -> list[Derived]:
        """The next bar, flat at these prices."""
        self.hours += 1
        return self.hear(prices(COINS, self.now, *closes))

    def hours_at(self, closes: Closes) -> list[Derived]:
        """The next bars in one block, each from the last close to its own."""
        self.hours += len(closes)
        return self.hear(_block(self.now, closes))

    def forecast(self, *values: float) -> list[Derived]:
        """Log returns over the next two hours, coin by coin."""
        return self.hear(PredictionsIssued(self.now, (TOPIC,), COINS, (values,)))


def _block(at: Micros, closes: Closes) -> BarsClosed:
    opens = np.concatenate([closes[:1], closes[:-1]])
    volume = np.full(closes.shape, 1e9)
    high, low = np.maximum(opens, closes), np.minimum(opens, closes)
    bars = np.ascontiguousarray(np.stack([opens, high, low, closes, volume], axis=1))
    bars.flags.writeable = False
    return BarsClosed(at, HOUR, COINS, bars)


def quiet(rows: int, seed: int = 1) -> Closes:
    """Closes [row, coin] that move half a percent an hour, each coin for itself."""
    moves = 0.005 * np.random.default_rng(seed).standard_normal((rows, len(COINS)))
    closes: Closes = np.array((100.0, 50.0, 10.0)) * np.exp(np.cumsum(moves, axis=0))
    return closes


def limited_to(drawdown: float | None) -> Configuration:
    """As written, with another drawdown limit."""
    return replace(WRITTEN, risk=replace(WRITTEN.risk, maximum_drawdown=drawdown))
