"""A trading desk with round prices and, unless told otherwise, nothing to pay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from trimtab.domain.configuration import (
    Configuration,
    Costs,
    Exits,
    Gate,
    Instrument,
    RiskLimits,
    Sizing,
    Topic,
)
from trimtab.domain.observations import Bars
from trimtab.domain.units import HOUR, Bp, Coin, Leverage, Micros, TopicName
from trimtab.trading.books import Books
from trimtab.trading.strategy import Signals

BTC, ETH = Coin("BTC"), Coin("ETH")
OPENED = Micros(473_352 * HOUR)
"""A midnight."""

LOT = 0.01
NAN = float("nan")
Bar = tuple[float, float, float, float, float]
NO_BAR: Bar = (NAN, NAN, NAN, NAN, NAN)
PLENTY = 1e9
FREE = Costs(Bp(0.0), Bp(0.0), Bp(0.0), Bp(0.0), participation=1.0)
CAREFREE = RiskLimits(maximum_drawdown=None)
TOPIC = Topic(TopicName("near"), "log_return", Micros(4 * HOUR))
OTHER = Topic(TopicName("far"), "log_return", Micros(8 * HOUR))


def configured(
    *,
    topics: tuple[Topic, ...] = (TOPIC,),
    coins: tuple[Coin, ...] = (BTC,),
    risk: RiskLimits = CAREFREE,
    gate: Gate | None = None,
    exits: Exits = Exits(),  # noqa: B008 - frozen
    sizing: Sizing = Sizing(),  # noqa: B008 - frozen
    costs: Costs = FREE,
) -> Configuration:
    """1,000 USD a coin, every topic on every coin."""
    return Configuration(
        topics, {topic.name: coins for topic in topics},
        risk, gate, exits, sizing, costs, 1_000.0 * len(coins),
    )  # fmt: skip


def instruments(*coins: Coin) -> tuple[Instrument, ...]:
    """Lots of 0.01, orders of 10 USD at least."""
    return tuple(Instrument(coin, size_decimals=2) for coin in coins or (BTC,))


def geared(leverage: float) -> RiskLimits:
    """No limit but the leverage."""
    return RiskLimits(Leverage(leverage), maximum_drawdown=None)


def opened(
    configuration: Configuration, *, coins: tuple[Coin, ...] = (BTC,), price: float = 100.0
) -> Books:
    """The bot's own book and a twin under the same configuration; every coin was at `price`."""
    books = Books.of(instruments(*coins), (configuration,) * 2, HOUR, Micros(OPENED - HOUR))
    return lived(books, flat(price, coins=len(coins))).books


def bars(*rows: Bar) -> Bars:
    """Rows of one coin: open, high, low, close, volume."""
    return sealed(np.array(rows, float)[:, :, np.newaxis])


def flat(*prices: float, coins: int = 1, volume: float = PLENTY) -> Bars:
    """One row for each price, at which every coin opens, stays and closes."""
    rows = np.array([[price] * 4 + [volume] for price in prices], float)
    return sealed(np.repeat(rows[:, :, np.newaxis], coins, axis=2))


def sealed(values: Bars) -> Bars:
    """As the core wants them: in one piece, and read-only."""
    block = np.ascontiguousarray(values)
    block.flags.writeable = False
    return block


def wanted(
    *returns: Sequence[float],
    hours: int = 4,
    probability: float = 1.0,
    edges: Sequence[Sequence[float]] | None = None,
    reverses: bool = False,
) -> Signals:
    """For each topic the log returns that it expects of the coins."""
    expected = np.array(returns, float)
    horizons = np.full(len(returns), hours * HOUR, np.int64)
    certain = np.full(expected.shape, probability)
    worth = np.full(expected.shape, 10.0) if edges is None else np.array(edges, float)
    return Signals(expected, certain, worth, horizons, reverses)


LONG, SHORT = wanted([0.01]), wanted([-0.01])


class Event(NamedTuple):
    """A row of `records.EVENT`."""

    kind: int
    coin: int
    purpose: int
    lots: int
    remaining: int
    price: float
    fee: float
    profit: float
    at: int
    ordered_at: int
    topic: int
    maker: bool


class Lived(NamedTuple):
    """Books after some bars, and what happened in book 0 meanwhile."""

    books: Books
    events: list[Event]

    def of_kind(self, kind: int) -> list[Event]:
        return [event for event in self.events if event.kind == kind]


def lived(books: Books, block: Bars) -> Lived:
    """All rows, however often the books stop."""
    row, events = 0, list[Event]()
    while row < len(block):
        books, row = books.advance(block, row, len(block))
        events += happened(books)
    return Lived(books, events)


def happened(books: Books) -> list[Event]:
    """What just happened in book 0."""
    return [Event(*event) for event in books.happened()]


def after(books: Books, signals: Signals, *, sigma: float = 0.01, paused: bool = False) -> Books:
    """The books once they have planned what the signals want."""
    sigmas = np.full(len(books.coins), sigma)
    return books.planned(signals, sigmas, books.closed, paused=paused)[0]


def reasons(books: Books, signals: Signals, *, paused: bool = False) -> list[list[int]]:
    """Book 0's reason codes, by topic and coin."""
    sigmas = np.full(len(books.coins), 0.01)
    codes: list[list[int]] = books.planned(signals, sigmas, books.closed, paused=paused)[1].tolist()
    return codes


def held(books: Books, coin: int = 0, book: int = 0) -> float:
    """The position in base units."""
    return float(books.positions[book, coin]["lots"]) * LOT


def equity(books: Books, book: int = 0) -> float:
    """At the last close."""
    return float(books.records[book]["equity"])
