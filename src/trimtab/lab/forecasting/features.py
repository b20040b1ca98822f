"""What a simple forecaster looks at: past moves of the coin and of the market, activity, hour.

Each row looks at itself and rows before it, so that removing the future changes no bit of it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trimtab.domain.observations import HIGH, LOW, VOLUME
from trimtab.domain.units import DAY
from trimtab.lab.forecasting.record import Record, moves_over
from trimtab.lab.running_mean import running_mean

Floats = NDArray[np.float64]

COIN_HOURS = (1, 3, 8, 24, 72, 168)
MARKET_HOURS = (1, 8, 24, 168)
RANGE_HOURS = (24, 168)
RECENT_HOURS, USUAL_HOURS = 72, 720
"""Half-lives of what is now and of what is usual."""


class Sight(NamedTuple):
    """All that is known of each coin at each close."""

    features: Floats
    """[row, coin, feature]; NaN where the past is too short."""
    volatility: Floats
    """[row, coin] standard deviation of one bar's log return, recent."""
    closes: Floats
    """[row, coin] last close so far."""


def sight(record: Record) -> Sight:
    """Raises ValueError for bars that do not fit into an hour."""
    closes = record.last_closes()
    steps = moves_over(closes, 1)
    recent, usual = (
        _volatility(steps, record.rows(hours)) for hours in (RECENT_HOURS, USUAL_HOURS)
    )
    columns = [
        *(_scaled(moves_over(closes, rows), recent, rows) for rows in _rows(record, COIN_HOURS)),
        *_market_moves(record, steps),
        np.log(recent / usual),
        _activity(record),
        *(_place_in_range(record, closes, rows) for rows in _rows(record, RANGE_HOURS)),
        *_time_of_day(record, closes.shape),
    ]
    return Sight(np.stack(columns, axis=2), recent, closes)


def _rows(record: Record, hours: tuple[int, ...]) -> list[int]:
    return [record.rows(one) for one in hours]


def _volatility(steps: Floats, halflife: int) -> Floats:
    deviation = np.sqrt(running_mean(steps * steps, halflife))
    return np.where(deviation > 0.0, deviation, np.nan)


def _scaled(moves: Floats, volatility: Floats, rows: int) -> Floats:
    scaled: Floats = moves / (volatility * np.sqrt(rows))
    return scaled


def _market_moves(record: Record, steps: Floats) -> list[Floats]:
    """Of all coins that were there, with equal weight; the same for each coin."""
    there = np.isfinite(steps)
    # One coin after the other: the sum's order must not depend on how many rows there are.
    total = np.zeros(len(steps))
    for coin in range(steps.shape[1]):
        total += np.where(there[:, coin], steps[:, coin], 0.0)
    step = total / np.maximum(there.sum(axis=1), 1)
    volatility = _volatility(step[:, None], record.rows(RECENT_HOURS))
    level = np.exp(np.cumsum(step))[:, None]
    moves = (
        _scaled(moves_over(level, rows), volatility, rows) for rows in _rows(record, MARKET_HOURS)
    )
    return [np.broadcast_to(one, steps.shape) for one in moves]


def _activity(record: Record) -> Floats:
    """Log of the volume of the last day over the usual one; a little is added to both."""
    volume = record.bars[:, VOLUME]
    now = running_mean(volume, record.rows(24))
    usual = running_mean(volume, record.rows(USUAL_HOURS))
    known = np.where(usual > 0.0, usual, np.nan)
    return np.log(now / known + 0.01)


def _place_in_range(record: Record, closes: Floats, rows: int) -> Floats:
    """From -0.5 at the lowest low to 0.5 at the highest high of the last rows."""
    top = _highest(record.bars[:, HIGH], rows)
    bottom = -_highest(-record.bars[:, LOW], rows)
    width = np.where(top > bottom, top - bottom, np.nan)
    return (closes - bottom) / width - 0.5


def _highest(values: Floats, rows: int) -> Floats:
    """[row, coin] highest of the last so many rows, by windows of doubled length."""
    found, length = values.copy(), 1
    while length < rows:
        step = min(length, rows - length)
        later = np.fmax(found[step:], found[: len(found) - step])
        found = np.concatenate([found[:step], later])
        length += step
    return found


def _time_of_day(record: Record, shape: tuple[int, ...]) -> list[Floats]:
    angle = 2.0 * np.pi * (record.closes_at % DAY) / DAY
    return [np.broadcast_to(wave(angle)[:, None], shape) for wave in (np.sin, np.cos)]
