"""What a bot could have earned that knows how skilled a simulated forecaster is: a yardstick.

It trades in the real books, by the same sizes, fills and costs, and holds on by the same rule. Only
what it believes is not learnt: it is told the skill of every forecast, and is certain of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.domain.configuration import Configuration, Instrument
from trimtab.domain.observations import CLOSE, Bars
from trimtab.domain.units import Micros
from trimtab.trading.books import Books
from trimtab.trading.records import ACTUAL
from trimtab.trading.strategy import Signals

Floats = NDArray[np.float64]

MEAN_MOVE = 0.72
"""Mean absolute move, in units of a volatility that clusters; what the ledger begins with, too."""


class Skilled(NamedTuple):
    """One topic's record, each float64[rows, coins]; row r is the moment at which bar r opens."""

    forecasts: Floats
    """Log return over the horizon, issued at this moment; NaN where there is none."""
    skill: Floats
    """Probability that the sign is right."""
    sigmas: Floats
    """Standard deviation of one bar's log return, as known at this moment."""
    funding: Floats
    """Rate that longs pay at this moment; 0 where nothing settles."""


class OracleRun(Struct, frozen=True, eq=False):
    """What became of it."""

    equity: Floats
    """[row] at each close, from the first row on."""
    gross: Floats
    """[row] what was held, over the capital."""
    trades: int
    wins: int


def follow(
    configuration: Configuration,
    instruments: Sequence[Instrument],
    bars: Bars,
    record: Skilled,
    clock: tuple[Micros, Micros],
) -> OracleRun:
    """Trade the first topic of the configuration by its skill. `clock`: first open, length of a bar."""
    opened, interval = clock
    books = Books.of(instruments, (configuration, configuration), interval, opened)
    horizons = np.array([configuration.topics[0].horizon], np.int64)
    stretch = float(np.sqrt(horizons[0] / interval))
    edges = (2.0 * record.skill - 1.0) * MEAN_MOVE * stretch * record.sigmas * 1e4
    edges -= configuration.costs.round_trip()
    equity, gross = np.empty(len(bars)), np.empty(len(bars))
    for row in range(len(bars)):
        net = edges[row : row + 1]
        wanted = Signals(
            record.forecasts[row : row + 1], np.where(net > 0.0, 1.0, 0.0), net, horizons
        )
        if record.funding[row].any():
            books = books.funded(record.funding[row])
        books, _ = books.planned(wanted, record.sigmas[row], books.closed, paused=False)
        books, _ = books.advance(bars, row, row + 1)
        equity[row] = books.records[ACTUAL]["equity"]
        held = np.abs(books.positions[ACTUAL]["lots"] * books.lots)
        gross[row] = np.nansum(held * bars[row, CLOSE]) / configuration.capital
    book = books.records[ACTUAL]
    return OracleRun(equity, gross, int(book["trades"]), int(book["wins"]))
