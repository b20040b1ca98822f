"""How well tomorrow's volatility is forecast, and whether the regime adds to the forecast.

Nobody knows the true volatility of a real market; the sum of a day's squared returns stands in,
and QLIKE ranks forecasts as if the truth were known (Patton 2011).
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.context.volatility_analyzer import VolatilityAnalyzer
from trimtab.domain.market_context import VOLATILITY_REGIMES
from trimtab.domain.observations import CLOSE, Bars
from trimtab.domain.units import DAY, Coin, Micros
from trimtab.lab.scores.diebold_mariano import Difference, difference
from trimtab.lab.scores.walk_forward import walk_forward

Floats = NDArray[np.float64]

LEAST = 1e-10
"""Variance of a day without any move."""
OURS = "analyzer"
RESCALED = "analyzer, refitted"
WITH_REGIME = "analyzer, refitted, and regime"
REGIME = "regime alone"
TEXTBOOK = "textbook HAR"
LEVEL = "half-life of 72 hours"


class ForecastScore(Struct, frozen=True):
    """One forecaster of the next day's variance."""

    forecaster: str
    qlike: float
    """Mean over days and coins of y/f - ln(y/f) - 1: 0 is perfect."""
    against_ours: Difference
    """Its losses less those of the analyzer's own forecast."""


class VolatilityForecastScores(Struct, frozen=True):
    """Losses are means over coins, one a day."""

    days: int
    coins: int
    scores: tuple[ForecastScore, ...]
    regime_adds: Difference
    """Losses with the regime less losses without it, both refitted alike day by day."""


def score_volatility_forecast(
    coins: tuple[Coin, ...], interval: Micros, bars: Bars, begin: int
) -> VolatilityForecastScores:
    """Rows must begin with a UTC day; days from number `begin` on are scored.

    All forecasters see the same days and know nothing of the day that they forecast.
    """
    rows = DAY // interval
    _, readings = VolatilityAnalyzer.of(coins, interval).recorded(bars)
    known = readings[rows - 1 :: rows, :-1]
    realised = realised_variance(bars, rows)
    days = min(len(known), len(realised))
    logs = np.log(np.maximum(realised[1:days], LEAST))
    forecasts = _forecasts(logs, known[: days - 1], _levels(bars, rows)[: days - 1], realised)
    losses = {name: qlike(np.exp(logs), one)[begin:] for name, one in forecasts.items()}
    usable = np.isfinite(sum(losses.values()))
    daily = {name: _daily(loss, usable) for name, loss in losses.items()}
    return VolatilityForecastScores(
        len(daily[OURS]),
        len(coins),
        tuple(
            ForecastScore(name, float(loss.mean()), difference(loss, daily[OURS]))
            for name, loss in daily.items()
        ),
        difference(daily[WITH_REGIME], daily[RESCALED]),
    )


def qlike(realised: Floats, forecast: Floats) -> Floats:
    """Loss of each forecast of a variance."""
    ratio: Floats = realised / np.maximum(forecast, LEAST)
    losses: Floats = ratio - np.log(ratio) - 1.0
    return losses


def realised_variance(bars: Bars, rows: int) -> Floats:
    """float64[days, coins]: sum of the squared returns of each day; NaN where a close is missing."""
    logs = np.log(bars[:, CLOSE])
    squares = np.diff(logs, axis=0, prepend=np.log(bars[:1, 0])) ** 2
    days = len(bars) // rows
    realised: Floats = squares[: days * rows].reshape(days, rows, -1).sum(axis=1)
    return realised


def _forecasts(logs: Floats, known: Floats, levels: Floats, realised: Floats) -> dict[str, Floats]:
    ours = np.log(np.maximum(known[:, :, 3] ** 2, LEAST))
    level = np.log(np.maximum(levels, LEAST))
    one = np.ones_like(ours)
    dummies = [
        (known[:, :, 2] == VOLATILITY_REGIMES.index(name)).astype(np.float64)
        for name in ("low", "high")
    ]
    own = _own_mean(np.log(np.maximum(realised, LEAST)))[: len(ours)]
    return {
        OURS: np.exp(ours),
        RESCALED: walk_forward(logs, np.stack([one, ours], axis=2)),
        WITH_REGIME: walk_forward(logs, np.stack([one, ours, *dummies], axis=2)),
        REGIME: walk_forward(logs, np.stack([one, own, *dummies], axis=2)),
        TEXTBOOK: walk_forward(logs, np.stack([one, *_means(realised[: len(ours)])], axis=2)),
        LEVEL: np.exp(level),
    }


def _means(realised: Floats) -> list[Floats]:
    """Logarithms of the means over the last 1, 7 and 30 days (Corsi 2009), known at each day's end."""
    means: list[Floats] = []
    sums = np.cumsum(np.vstack([np.zeros((1, realised.shape[1])), realised]), axis=0)
    for span in (1, 7, 30):
        mean = np.full(realised.shape, np.nan)
        mean[span - 1 :] = (sums[span:] - sums[:-span]) / span
        means.append(np.log(np.maximum(mean, LEAST)))
    return means


def _own_mean(logs: Floats) -> Floats:
    """Mean of each coin's days so far."""
    counts = np.arange(1, len(logs) + 1)[:, np.newaxis]
    means: Floats = np.cumsum(logs, axis=0) / counts
    return means


def _levels(bars: Bars, rows: int) -> Floats:
    """At each day's end: a day's variance by the exponentially weighted mean of squared returns."""
    logs = np.log(bars[:, CLOSE])
    squares = np.diff(logs, axis=0, prepend=logs[:1]) ** 2
    gain = 1.0 - 2.0 ** (-24.0 / (72.0 * rows))
    level = np.zeros(squares.shape[1])
    levels = np.empty_like(squares)
    for row, square in enumerate(squares):
        news = np.where(np.isfinite(square), square - level, 0.0)
        level = level + max(gain, 1.0 / (row + 1.0)) * news
        levels[row] = level
    return rows * levels[rows - 1 :: rows]


def _daily(losses: Floats, usable: NDArray[np.bool_]) -> Floats:
    """Mean over the coins that all forecasters could forecast; days without one are left out."""
    counts = usable.sum(axis=1)
    sums = np.where(usable, losses, 0.0).sum(axis=1)
    daily: Floats = sums[counts > 0] / counts[counts > 0]
    return daily
