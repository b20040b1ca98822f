"""A believable sequence of facts: what an engine would publish, without an engine.

Eight coins on hourly bars go through calm, rise, turmoil and fall. The bot opens and closes
positions, tightens its risk when a spike comes, drops coins that forecasts no longer get right,
takes one change back, is refused others. Everything follows from the seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import count
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tests.dashboard.story_parts import (
    COINS,
    HOUR,
    START_AT,
    TOPICS,
    applied,
    books_at,
    context_at,
    rolled_back,
    started,
    tightened,
)
from trimtab.domain.canonical import event_id
from trimtab.domain.decisions import (
    AdaptationRefused,
    ForecastsWeighed,
    MarketContextUpdate,
    OrderIntended,
    PredictionsSettled,
    Purpose,
)
from trimtab.domain.facts import Fact
from trimtab.domain.market_context import Phase
from trimtab.domain.observations import BarsClosed, OrderFilled, PredictionsIssued
from trimtab.domain.reasons import Reason
from trimtab.domain.units import AdaptationId, Coin, Micros, OrderId
from trimtab.ports import Recorded

PHASE_OF_CHAPTER: tuple[Phase, ...] = ("sideways", "bull", "volatile", "bear", "sideways", "bull")
DRIFT = {"sideways": 0.0, "bull": 0.0012, "bear": -0.0012, "volatile": -0.0004}
NOISE = {"sideways": 0.004, "bull": 0.005, "bear": 0.007, "volatile": 0.016}
CHAPTER = 90
"""Hours of one phase."""


def story(hours: int = 1_000, seed: int = 7) -> Iterator[Recorded]:
    """The facts of so many hours, numbered as the journal would."""
    numbers = count(1)
    for fact in _facts(hours, np.random.default_rng(seed)):
        yield Recorded(next(numbers), fact)


def _facts(hours: int, chance: np.random.Generator) -> Iterator[Fact]:
    yield started()
    prices = np.array([61_000.0, 3_300.0, 140.0, 0.12, 14.0, 28.0, 580.0, 0.55])
    trader = _Trader(chance)
    for hour in range(hours):
        at = Micros(START_AT + (hour + 1) * HOUR)
        phase = PHASE_OF_CHAPTER[hour // CHAPTER % len(PHASE_OF_CHAPTER)]
        bars = _row(prices, phase, chance)
        prices = bars[0, 3].copy()
        yield BarsClosed(at, Micros(HOUR), COINS, bars)
        yield from _noticed(hour, at, phase, chance)
        yield from _forecasts(at, phase, chance)
        yield from trader.trade(hour, at, prices)
        if hour % 24 == 0:
            yield books_at(at, hour, chance)


def _row(
    prices: NDArray[np.float64], phase: str, chance: np.random.Generator
) -> NDArray[np.float64]:
    market = DRIFT[phase] + NOISE[phase] * chance.standard_t(4) * 0.6
    moves = market + NOISE[phase] * chance.standard_normal(len(COINS)) * 0.7
    closes = prices * np.exp(moves)
    wick = 1.0 + np.abs(chance.standard_normal(len(COINS))) * NOISE[phase] * 0.5
    high = np.maximum(prices, closes) * wick
    low = np.minimum(prices, closes) / wick
    volume = np.full(len(COINS), 1e6)
    bars = np.array([[prices, high, low, closes, volume]])
    bars.flags.writeable = False
    return bars


def _noticed(hour: int, at: Micros, phase: Phase, chance: np.random.Generator) -> Iterator[Fact]:
    into = hour % CHAPTER
    if into in {0, 2, 6, 20, 50}:
        context = context_at(at, phase, min(0.95, 0.55 + into / 80), chance)
        yield MarketContextUpdate(at, context, context.confidence)
    if into == 3:
        yield from applied(at, phase, hour)
    if into == 8 and phase == "volatile":
        yield from tightened(at, hour)
    if into == 40 and phase == "volatile":
        yield rolled_back(at, hour - 37)
    if into in {12, 13, 30}:
        yield AdaptationRefused(
            at,
            "adapt_crypto_mix",
            "market_regime_change",
            "LINK would join on 21 settled forecasts; at least 30 are needed",
            AdaptationId(event_id("story", at, 9)),
        )


def _forecasts(at: Micros, phase: str, chance: np.random.Generator) -> Iterator[Fact]:
    shape = (len(TOPICS), len(COINS))
    values = chance.standard_normal(shape) * 0.01
    yield PredictionsIssued(at, TOPICS, COINS, tuple(map(tuple, values.tolist())))
    lift = {"bull": 0.22, "volatile": 0.05, "bear": -0.12, "sideways": -0.02}[phase]
    probability = np.clip(0.55 + lift + 0.08 * chance.standard_normal(shape), 0.02, 0.98)
    edge = (probability - 0.55) * 40
    codes = np.where(probability > 0.75, Reason.TRADED, Reason.GATE_CLOSED)
    codes[:, -1] = Reason.NOT_IN_MIX
    codes[np.abs(values) < 0.002] = Reason.BELOW_THRESHOLD
    yield ForecastsWeighed(
        at,
        TOPICS,
        COINS,
        tuple(map(tuple, probability.round(3).tolist())),
        tuple(map(tuple, edge.round(2).tolist())),
        tuple(map(tuple, codes.tolist())),
    )
    yield from _settled(at, phase, chance)


def _settled(at: Micros, phase: str, chance: np.random.Generator) -> Iterator[Fact]:
    code = ("bull", "bear", "sideways", "volatile").index(phase)
    for index, topic in enumerate(TOPICS):
        right = {"bull": 0.58, "bear": 0.51, "sideways": 0.53, "volatile": 0.49}[phase]
        skill = right + 0.03 * (index % 3) - 0.02
        forecast = chance.standard_normal(len(COINS)) * 0.01
        came = np.where(chance.random(len(COINS)) < skill, forecast, -forecast)
        regimes = chance.choice(3, len(COINS), p=[0.5, 0.47, 0.03])
        yield PredictionsSettled(
            at,
            topic,
            Micros(at - 8 * HOUR),
            COINS,
            tuple(forecast.tolist()),
            tuple(came.tolist()),
            (code,) * len(COINS),
            tuple(regimes.tolist()),
        )


class _Trader:
    """Opens three positions in turn and closes each after eight hours."""

    def __init__(self, chance: np.random.Generator) -> None:
        self._chance = chance
        self._open: dict[Coin, tuple[int, Decimal, bool]] = {}

    def trade(self, hour: int, at: Micros, prices: NDArray[np.float64]) -> Iterator[Fact]:
        """Orders and fills of one hour."""
        for coin, (opened, size, long) in [*self._open.items()]:
            if hour - opened >= 8:
                del self._open[coin]
                why = "the forecast's horizon of 8 h is over"
                yield from self._order(at, coin, size, not long, prices, why, closing=True)
        coin = COINS[hour % 5]
        if coin not in self._open and len(self._open) < 4 and hour % 2 == 0:
            long = bool(self._chance.random() < 0.6)
            size = Decimal(str(round(1_200 / prices[COINS.index(coin)], 3)))
            self._open[coin] = (hour, size, long)
            word = "rise" if long else "fall"
            why = f"{TOPICS[0]} expects a {word} of 0.9 % in 8 h; P(net edge > 0) is 0.79 here"
            yield from self._order(at, coin, size, long, prices, why)

    def _order(
        self,
        at: Micros,
        coin: Coin,
        size: Decimal,
        buy: bool,  # noqa: FBT001
        prices: NDArray[np.float64],
        why: str,
        *,
        closing: bool = False,
    ) -> Iterator[Fact]:
        index = COINS.index(coin)
        order = OrderId(event_id("story", at, index))
        side: Literal["buy", "sell"] = "buy" if buy else "sell"
        purpose: Purpose = "horizon" if closing else "entry"
        topic = None if closing else TOPICS[0]
        yield OrderIntended(at, order, coin, side, size, purpose, closing, topic, why)
        price = Decimal(str(round(prices[index], 5)))
        fee = (size * price * Decimal("0.00045")).quantize(Decimal("0.0001"))
        yield OrderFilled(at, order, coin, side, size, price, fee)
