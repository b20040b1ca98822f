"""How a detector of falling correlations does: false alarms at constant correlation, hits, delay.

Detectors are compared at equal false alarms: limits are fitted on quiet markets of other seeds, and
what they give on the quiet markets of the test is measured again.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import nan, sqrt
from statistics import NormalDist

import numpy as np
from msgspec import Struct

from trimtab.lab.scores.correlation_markets import Breakdown, Floats
from trimtab.lab.scores.correlation_rivals import FIRST, LOOK, Looks

NOMINAL = 0.01
"""Of the test of one pair at one look."""
RATE = 1.0
"""False events a year that all detectors are allowed."""
PATIENCE = 96
"""A breakdown is found within so many rows of its start, or not."""

_LIMIT = NormalDist().inv_cdf(NOMINAL)
_WEEK, _YEAR = 168, 8766


class SizeScore(Struct, frozen=True):
    """How often the test of a pair says what is wrong."""

    market: str
    detector: str
    size: float
    """Share of all pairs at all looks; nominal `NOMINAL`."""
    error: float
    """Its standard error, from the differences between the seeds."""
    worst: float
    """The largest of any one seed, which is a year."""


class EventScore(Struct, frozen=True):
    """How often the tracker, as it is shipped, tells an event although nothing happened."""

    market: str
    a_year: float
    error: float
    """Standard error of `a_year`."""
    worst: float
    """The most of any one seed, a year."""


class PowerScore(Struct, frozen=True):
    """What a detector finds of planted breakdowns."""

    market: str
    breakdown: str
    detector: str
    found: float
    """Share found within `PATIENCE` rows."""
    delay: float
    """Median rows to the first alarm, of those found; NaN without any."""


class FalseAlarms(Struct, frozen=True):
    """What the fitted limits give on the quiet markets of the test."""

    detector: str
    a_year: float
    """Nominal `RATE`."""
    error: float


class BootstrapScore(Struct, frozen=True):
    """The tracker on rows of one quiet market, drawn anew in blocks of a week."""

    market: str
    deviation: float
    """Standard deviation of the pairs' statistic: 1 where standard errors are right."""
    size: float
    """Share below the limit of the test at `NOMINAL`."""


class Speed(Struct, frozen=True):
    """Of the tracker alone; medians."""

    coins: int
    bars_per_s: float
    """In chunks; a bar is one coin's row."""
    live_step_us: float
    """Microseconds for one row."""


class CorrelationScores(Struct, frozen=True):
    """Everything that is measured."""

    sizes: tuple[SizeScore, ...]
    events: tuple[EventScore, ...]
    false_alarms: tuple[FalseAlarms, ...]
    powers: tuple[PowerScore, ...]
    bootstraps: tuple[BootstrapScore, ...]
    speeds: tuple[Speed, ...]


class Limits(Struct, frozen=True):
    """An alarm is a statistic below these."""

    coin: float
    market: float


def size_score(market: str, detector: str, looks: Sequence[Looks]) -> SizeScore:
    """From one year of looks a seed."""
    shares = np.array([float((one.pairs < _LIMIT).mean()) for one in looks])
    error = float(shares.std(ddof=1)) / sqrt(len(shares)) if len(shares) > 1 else nan
    return SizeScore(market, detector, float(shares.mean()), error, float(shares.max()))


def event_score(market: str, events: Sequence[int], rows: int) -> EventScore:
    """From the number of events of each seed, in so many rows each."""
    years = rows / _YEAR
    total = sum(events)
    error = sqrt(max(total, 1)) / (years * len(events))
    return EventScore(market, total / (years * len(events)), error, max(events) / years)


def bootstrap_score(market: str, last: Sequence[Floats]) -> BootstrapScore:
    """From the pairs' statistics at the end of each resampled path."""
    statistics = np.concatenate(last)
    size = float((statistics < _LIMIT).mean())
    return BootstrapScore(market, float(statistics.std()), size)


def fitted(quiet: Sequence[Looks]) -> Limits:
    """Limits that coins and market pass by luck in one week of `2 / RATE` years each."""
    coins = np.concatenate([_weekly(one.coins.min(axis=1)) for one in quiet])
    markets = np.concatenate([_weekly(one.market) for one in quiet])
    share = 0.5 * RATE * _WEEK / _YEAR
    return Limits(float(np.quantile(coins, share)), float(np.quantile(markets, share)))


def false_alarms(detector: str, quiet: Sequence[Looks], limits: Limits) -> FalseAlarms:
    """Weeks with an alarm, a year."""
    weeks = np.concatenate([_weekly(_alarms(one, limits).astype(float) * -1.0) for one in quiet])
    years = len(weeks) * _WEEK / _YEAR
    count = float((weeks < 0.0).sum())
    return FalseAlarms(detector, count / years, sqrt(max(count, 1.0)) / years)


def rows_to_alarm(looks: Looks, limits: Limits, start: int) -> int | None:
    """Rows from the start of a breakdown to the end of the first look with an alarm."""
    first = (start - FIRST) // LOOK
    window = _alarms(looks, limits)[first : first + PATIENCE // LOOK]
    return int(LOOK * (first + 1 + np.argmax(window)) + FIRST - start) if window.any() else None


def power_score(
    market: str, breakdown: Breakdown, detector: str, delays: Sequence[int | None]
) -> PowerScore:
    """From each seed's rows to the alarm, None where it was missed."""
    known = [delay for delay in delays if delay is not None]
    median = float(np.median(known)) if known else nan
    return PowerScore(market, breakdown.name, detector, len(known) / len(delays), median)


def _alarms(looks: Looks, limits: Limits) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    alarms: np.ndarray[tuple[int], np.dtype[np.bool_]] = (looks.coins.min(axis=1) < limits.coin) | (
        looks.market < limits.market
    )
    return alarms


def _weekly(statistic: Floats) -> Floats:
    """The lowest of each whole week."""
    looks = _WEEK // LOOK
    weeks = len(statistic) // looks
    lowest: Floats = statistic[: weeks * looks].reshape(weeks, looks).min(axis=1)
    return lowest
