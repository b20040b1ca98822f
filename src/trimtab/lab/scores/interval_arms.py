"""Two books whose true difference is known, as daily marks: what an interval has to hold."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trimtab.domain.decisions import BooksMarked
from trimtab.domain.units import DAY, Micros
from trimtab.lab.comparison import ADAPTED, STATIC

Floats = NDArray[np.float64]

CAPITAL = 10_000.0
SHARE = 0.1
"""Notional of a trade over the capital."""
TRADES = 6.0
"""Signals a day."""
MOVE = 120.0
"""Usual net profit or loss of a trade, in bp."""
TOGETHER = 0.5
"""Correlation of the trades of one day: coins move together."""
FILL_NOISE = 6.0
"""Standard deviation of what a fill costs by chance, in bp; its mean is the same in both arms."""


class Arms(NamedTuple):
    """How two arms of one configuration come to differ."""

    name: str
    taken: float
    """Chance that an arm takes a signal, drawn for each arm by itself."""


SAME_TRADES = Arms("same trades, own fills", 1.0)
"""A/A: two arms of equal configuration."""
OWN_TRADES = Arms("own half of the trades, own fills", 0.5)
"""A/A as far apart as an adapted book and its twin are."""


def marked(
    arms: Arms, advantage: float, days: int, chance: np.random.Generator
) -> list[BooksMarked]:
    """`days` days of both books; the first earns `advantage` bp a trade more.

    From `chance`, which is new, come three that are independent: one draws the market, and one each
    the fills and choices of an arm.
    """
    market, *own = chance.spawn(3)
    day, gross = _signals(market, days)
    first = _sums(arms, day, gross + advantage, days, own[0])
    second = _sums(arms, day, gross, days, own[1])
    both = np.stack([first, second], axis=2)
    return [_mark(place, row) for place, row in enumerate(both)]


def _signals(market: np.random.Generator, days: int) -> tuple[NDArray[np.int64], Floats]:
    """Of every signal its day, and what it earns before the noise of its fill, in bp."""
    day = np.repeat(np.arange(days), market.poisson(TRADES, days))
    common, alone = market.standard_t(4, days)[day], market.standard_t(4, len(day))
    moves = np.sqrt(TOGETHER) * common + np.sqrt(1.0 - TOGETHER) * alone
    return day, MOVE / np.sqrt(2.0) * _volatility(market, days)[day] * moves


def _volatility(market: np.random.Generator, days: int) -> Floats:
    """By day, about 1: calm and wild weeks follow each other."""
    logs = np.zeros(days)
    for place in range(1, days):
        logs[place] = 0.95 * logs[place - 1] + 0.1 * market.standard_normal()
    return np.exp(logs)


def _sums(
    arms: Arms, day: NDArray[np.int64], gross: Floats, days: int, own: np.random.Generator
) -> Floats:
    """[day, figure] equity, trades, wins and net bp, summed from the first mark on."""
    takes = own.random(len(day)) < arms.taken
    net = gross[takes] + FILL_NOISE * own.standard_normal(np.count_nonzero(takes))
    parts = CAPITAL * SHARE / 1e4 * net, np.ones(len(net)), 1.0 * (net > 0.0), net
    daily: Floats = np.zeros((days, len(parts)))
    for place, part in enumerate(parts):
        np.add.at(daily[:, place], day[takes], part)
    sums = np.vstack([np.zeros((1, len(parts))), np.cumsum(daily, axis=0)])
    sums[:, 0] += CAPITAL
    return sums


def _mark(place: int, sums: Floats) -> BooksMarked:
    """`sums` [figure, book]."""
    equity, trades, wins, net_bp = sums.tolist()
    none = (0.0, 0.0)
    return BooksMarked(
        at=Micros(place * DAY),
        books=(ADAPTED, STATIC),
        equity=tuple(equity),
        trades=tuple(map(round, trades)),
        wins=tuple(map(round, wins)),
        net_bp=tuple(net_bp),
        fees=none,
        funding=none,
        turnover=none,
    )
