"""Do two records move at the same time? Else one of them has another clock."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trimtab.adapters.inspection.candle_figures import correlation
from trimtab.adapters.inspection.finding import About, Found, told
from trimtab.adapters.inspection.grid import Floats, TopicOnGrid, coins_of, moved
from trimtab.adapters.inspection.opening import Sheet
from trimtab.adapters.parquet.candles import Candles
from trimtab.adapters.parquet.errors import length
from trimtab.domain.observations import CLOSE
from trimtab.domain.units import Micros

_BACK = 14
"""Bars."""
_FEWEST = 20
_NEARER = 0.7


def shifted_prices(topic: TopicOnGrid, price: Floats) -> Found:
    """A forecast price lies near the price at issue; near that of another hour: another clock."""
    if topic.price is None:
        return Found()
    apart = _apart(topic.price, price, topic.ahead)
    best = min(apart, key=apart.__getitem__)
    words = f"{topic.name}: {best:+d} bars, {apart[best]:.2%} apart instead of {apart[0]:.2%}"
    return told(_PRICES, int(apart[best] < _NEARER * apart[0]), [words])


_PRICES = About(
    "warning", "shifted", "issued_at", "the forecast price is that of another bar",
    "correct the time zone, or stamp the forecast with the close of its last bar",
)  # fmt: skip


def _apart(forecast: Floats, price: Floats, ahead: int) -> dict[int, float]:
    """By shift in bars: how far the forecasts lie from the prices there."""
    with np.errstate(divide="ignore", invalid="ignore"):
        given = np.log(forecast)
    return {shift: _distance(given, price, shift) for shift in range(-_BACK, ahead + 1)}


def _distance(given: Floats, price: Floats, shift: int) -> float:
    gap = np.abs(given - _later(price, shift))
    known = gap[np.isfinite(gap)]
    return float(np.median(known)) if len(known) >= _FEWEST else float("inf")


def _later(price: Floats, shift: int) -> Floats:
    """By row: the price so many bars later; NaN beyond the record."""
    there = np.roll(price, -shift, axis=0)
    if shift:
        there[slice(-shift, None) if shift > 0 else slice(None, -shift)] = np.nan
    return there


def same_clock(sheet: Sheet, candles: Candles) -> Found:
    """Candles against other candles: do they move at the same time?"""
    places = list(_other_hours(sheet, candles))
    return told(_CANDLES, len(places), places)


_CANDLES = About(
    "warning", "shifted", "ts", "moves as the other file's bars of another hour do",
    "correct the time zone of one of the files",
)  # fmt: skip


def _other_hours(sheet: Sheet, candles: Candles) -> Iterator[str]:
    ours = moved(_closes(sheet, candles), -1, 1)
    theirs = moved(np.log(candles.bars[:, CLOSE]), -1, 1)
    for place, name in enumerate(candles.coins):
        late = _late(ours[:, place], theirs[:, place])
        if late:
            span = length(Micros(abs(late) * candles.interval))
            yield f"{name}: {span} {'late' if late > 0 else 'early'}"


def _late(ours: Floats, theirs: Floats) -> int:
    """Bars by which ours is late; 0 where nothing tells."""
    found = {shift: _together(ours, theirs, shift) for shift in range(-_BACK, _BACK + 1)}
    best = max(found, key=found.__getitem__)
    return best if found[best] > 0.5 > found[0] else 0


def _together(ours: Floats, theirs: Floats, shift: int) -> float:
    return correlation(ours[_BACK:-_BACK], np.roll(theirs, shift)[_BACK:-_BACK])


def _closes(sheet: Sheet, candles: Candles) -> Floats:
    """Log closes of the sheet on the grid of the candles; a bar is stamped with its open."""
    own, coin = np.full(candles.bars[:, CLOSE].shape, np.nan), coins_of(sheet, candles)
    row = (sheet.track.at + candles.interval - int(candles.closes_at[0])) // candles.interval
    there = (row >= 0) & (row < len(own)) & (coin >= 0)
    own[row[there], coin[there]] = np.log(np.maximum(sheet.columns["close"][there], 1e-12))
    return own
