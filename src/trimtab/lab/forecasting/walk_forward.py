"""Month by month: learn on the two years before it, forecast the month, and on to the next.

What is learnt from has ended when the month begins: rows whose horizon reaches into it are left
out (purged, Lopez de Prado 2018, chapter 7).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trimtab.domain.observations import CLOSE
from trimtab.domain.units import DAY, HOUR, Micros
from trimtab.lab.forecasting.features import Sight
from trimtab.lab.forecasting.learners import Forecaster, Learner
from trimtab.lab.forecasting.record import Record, moves_over

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

EVERY = Micros(4 * HOUR)
"""Between rows that are learnt from: neighbours say nearly the same."""
LARGEST = 4.0
"""Moves are clipped here, in units of volatility, so that a crash does not rule the rest."""
FEWEST = 500
"""Rows of coins before anything is learnt."""


class Month(NamedTuple):
    """The rows that are forecast by what was learnt when they began."""

    begins: Micros
    first: int
    stop: int


class Views(NamedTuple):
    """Log returns that one forecaster expects in one month, float64[row, coin]; NaN: none."""

    month: Month
    values: Floats
    lower: Floats
    upper: Floats
    """Value less and plus one standard deviation of what was missed in learning; or NaN."""


def months(record: Record) -> list[Month]:
    """Calendar months (UTC) of the closes; the first may have begun before the record."""
    month = record.closes_at.astype("datetime64[us]").astype("datetime64[M]")
    firsts = [0, *(np.flatnonzero(month[1:] != month[:-1]) + 1).tolist()]
    begins = [Micros(int(month[row].astype("datetime64[us]").astype(np.int64))) for row in firsts]
    stops = [*firsts[1:], len(month)]
    return [Month(*one) for one in zip(begins, firsts, stops, strict=True)]


def forecasts(
    record: Record, seen: Sight, forecaster: Forecaster, history: Micros
) -> Iterator[Views]:
    """One forecaster's views, month by month; `history` is how far back it learns.

    `seen` is the sight of the record. Raises ValueError for a horizon that is no number of bars.
    """
    rows, rest = divmod(forecaster.topic.horizon, record.interval)
    if rest or not rows:
        raise ValueError(f"topic {forecaster.topic.name}: its horizon is no whole number of bars")
    # A move in units of volatility, from each row on.
    unit = seen.volatility * np.sqrt(rows)
    ahead = np.full(unit.shape, np.nan)
    ahead[: len(unit) - rows] = moves_over(seen.closes, rows)[rows:]
    moves = np.clip(ahead / unit, -LARGEST, LARGEST)
    past = moves_over(seen.closes, rows)
    there = np.isfinite(record.bars[:, CLOSE])
    for month in months(record):
        if forecaster.learner is None:
            values = forecaster.echo * past[month.first : month.stop]
            spread = np.full(values.shape, np.nan)
        else:
            taught = _taught(record, month, forecaster.topic.horizon, history)
            values, spread = _learnt(seen, moves, month, taught, forecaster.learner)
            values, spread = (part * unit[month.first : month.stop] for part in (values, spread))
        values = np.where(there[month.first : month.stop], values, np.nan)
        yield Views(month, values, values - spread, values + spread)


def _taught(record: Record, month: Month, horizon: Micros, history: Micros) -> Rows:
    """Rows that are learnt from: their horizon has ended when the month begins."""
    known = record.closes_at[: month.first]
    chosen = (known + horizon <= month.begins) & (known > month.begins - history)
    return np.flatnonzero(chosen & (known % max(EVERY, record.interval) == 0))


def _learnt(
    seen: Sight, moves: Floats, month: Month, taught: Rows, learner: Learner
) -> tuple[Floats, Floats]:
    """Expected moves of the month and their spread, both [row, coin]."""
    asked = seen.features[month.first : month.stop]
    values, spread = (np.full(asked.shape[:2], np.nan) for _ in range(2))
    features, came = seen.features[taught], moves[taught]
    whole = np.isfinite(came) & np.isfinite(features).all(axis=2)
    if whole.sum() < FEWEST:
        return values, spread
    predict = learner(features[whole], came[whole])
    missed = float((came[whole] - predict(features[whole])).std())
    answerable = np.isfinite(asked).all(axis=2)
    if answerable.any():
        values[answerable] = predict(asked[answerable])
        spread[answerable] = missed
    return values, spread


HISTORY = Micros(730 * DAY)
"""How far back is learnt from, where nothing else is asked for."""
