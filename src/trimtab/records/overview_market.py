"""The market as its overview shows it: candles of every coin and the bands of its phases."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from trimtab.domain.decisions import MarketContextUpdate
from trimtab.domain.event_types import MarketRegimeChange
from trimtab.domain.facts import Fact
from trimtab.domain.market_context import MarketContext, Phase
from trimtab.domain.observations import (
    CLOSE,
    FORECASTS,
    HIGH,
    LOW,
    OPEN,
    BarsClosed,
    FeedLost,
    FeedRestored,
)
from trimtab.domain.units import MARKET, SECOND, Coin, Micros

CANDLES = 400
"""Rows kept of each coin."""

BANDS = 200
"""Phase bands kept."""


class Candle(NamedTuple):
    """One bar; `time` is its open in seconds (UTC), as charts count."""

    time: int
    open: float
    high: float
    low: float
    close: float


Candles = dict[Coin, tuple[Candle, ...]]


class Band(Struct, frozen=True):
    """The market's phase from `at` until the next band begins."""

    at: Micros
    phase: Phase
    confidence: float


Bands = tuple[Band, ...]


def see_candles(candles: Candles, fact: Fact) -> Candles:
    """The candles after a fact; absent bars and late ones are left out."""
    if not isinstance(fact, BarsClosed):
        return candles
    rows = fact.bars[-CANDLES:]
    first = fact.at - len(rows) * fact.interval
    times = [(first + row * fact.interval) // SECOND for row in range(len(rows))]
    grown = dict(candles)
    for index, coin in enumerate(fact.coins):
        columns = rows[:, (OPEN, HIGH, LOW, CLOSE), index].tolist()
        grown[coin] = _appended(candles.get(coin, ()), times, columns)
    return grown


def _appended(
    known: tuple[Candle, ...], times: list[int], columns: list[list[float]]
) -> tuple[Candle, ...]:
    last = known[-1].time if known else -1
    fresh = tuple(
        Candle(time, *prices)
        for time, prices in zip(times, columns, strict=True)
        if time > last and prices[3] > 0.0
    )
    return (known + fresh)[-CANDLES:] if fresh else known


def see_bands(bands: Bands, context: MarketContext | None, fact: Fact) -> Bands:
    """The bands after a fact. While the market is out of sight the phase is unknown: silence is none.

    A topic whose forecasts are missing says nothing of the market.
    """
    match fact:
        case MarketContextUpdate():
            return _banded(bands, fact.at, fact.context.phase, fact.context.confidence)
        case MarketRegimeChange() if fact.coin == MARKET:
            return _banded(bands, fact.at, fact.after, fact.confidence)
        case FeedLost() | FeedRestored() if fact.feed.startswith(FORECASTS):
            return bands
        case FeedLost():
            return _banded(bands, fact.at, "unknown", 0.0)
        case FeedRestored() if context is not None:
            return _banded(bands, fact.at, context.phase, context.confidence)
        case _:
            return bands


def _banded(bands: Bands, at: Micros, phase: Phase, confidence: float) -> Bands:
    """A band carries the confidence that was told last, not that of its first bar."""
    last = bands[-1] if bands else None
    if last and last.phase == phase:
        same = last.confidence == confidence
        return bands if same else (*bands[:-1], replace(last, confidence=confidence))
    return (*bands, Band(at, phase, confidence))[-BANDS:]
