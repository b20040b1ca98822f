"""Where an axis has its marks, and what they say."""

from __future__ import annotations

from math import ceil, floor, log10
from typing import NamedTuple

import numpy as np

from trimtab.domain.units import DAY

MOST_MARKS = 8
_ROUND_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_DAY_STEPS = (1, 2, 7, 14)
_MONTH_STEPS = (1, 3, 6, 12, 24, 60)


class Tick(NamedTuple):
    """A mark on an axis."""

    at: float
    label: str


def percent_ticks(low: float, high: float) -> tuple[Tick, ...]:
    """Round percentages within [low, high], which are fractions."""
    step = _round_step((high - low) or 1.0)
    digits = max(0, -floor(log10(step * 100.0) + 1e-9))
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return tuple(
        Tick(index * step, f"{100.0 * index * step:.{digits}f} %")
        for index in range(first, last + 1)
    )


def time_ticks(first: int, last: int) -> tuple[Tick, ...]:
    """Starts of days or months (UTC) within [first, last], which are microseconds."""
    days = (last - first) / DAY
    if days <= MOST_MARKS * _DAY_STEPS[-1]:
        return _day_ticks(first, last, _fitting(_DAY_STEPS, days))
    return _month_ticks(first, last, _fitting(_MONTH_STEPS, days / 30.5))


def date(at: float) -> str:
    """The UTC day of a moment in microseconds, such as 2024-03-31."""
    return str(np.datetime64(int(at), "us"))[:10]


def _round_step(span: float) -> float:
    least = span / MOST_MARKS
    decade = 10.0 ** floor(log10(least))
    return decade * next(step for step in _ROUND_STEPS if decade * step >= least)


def _fitting(steps: tuple[int, ...], span: float) -> int:
    return next((step for step in steps if span / step <= MOST_MARKS), steps[-1])


def _day_ticks(first: int, last: int, step: int) -> tuple[Tick, ...]:
    start = -(-first // DAY) * DAY
    return tuple(Tick(at, date(at)) for at in range(start, last + 1, step * DAY))


def _month_ticks(first: int, last: int, step: int) -> tuple[Tick, ...]:
    """Months counted from 1970-01, so that steps of 3, 6 and 12 fall on quarters and years."""
    begin = int(np.datetime64(first, "us").astype("datetime64[M]").astype(int))
    end = int(np.datetime64(last, "us").astype("datetime64[M]").astype(int))
    months = range(-(-begin // step) * step, end + 1, step)
    moments = (np.datetime64(month, "M").astype("datetime64[us]") for month in months)
    return tuple(
        Tick(at, str(moment)[:7])
        for moment in moments
        if first <= (at := int(moment.astype(np.int64))) <= last
    )
