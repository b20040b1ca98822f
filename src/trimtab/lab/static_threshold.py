"""The one setting of the static twin: how large a forecast must be to be traded."""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from trimtab.domain.units import DAY
from trimtab.lab.daily import sharpe
from trimtab.lab.static_twin import TwinMarket, TwinRules, simulate

QUANTILES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95)
"""Candidates: quantiles of the size of the forecasts seen; 0 trades every forecast."""

MINIMUM_TRADES = 200


class Threshold(Struct, frozen=True):
    """A candidate, and how it did on the rows that may be known."""

    value: float
    """Absolute log return that a forecast must exceed."""
    quantile: float
    sharpe: float | None
    trades: int


def choose_threshold(
    market: TwinMarket, opens_at: NDArray[np.int64], rules: TwinRules
) -> Threshold:
    """The candidate with the best Sharpe of at least `MINIMUM_TRADES` trades.

    `market` and `opens_at` (UTC, microseconds) hold the rows that may be known and no others.
    If no candidate trades enough, every forecast is traded.
    """
    tried = candidates(market, opens_at, rules)
    eligible = [one for one in tried if one.trades >= MINIMUM_TRADES and one.sharpe is not None]
    return max(eligible, key=lambda one: one.sharpe or 0.0, default=tried[0])


def candidates(
    market: TwinMarket, opens_at: NDArray[np.int64], rules: TwinRules
) -> tuple[Threshold, ...]:
    """Every candidate tried: for reports, which must name all trials."""
    sizes = np.abs(market.forecasts)
    sizes = sizes[np.isfinite(sizes)]
    return tuple(
        _try(quantile, _value(sizes, quantile), market, opens_at, rules) for quantile in QUANTILES
    )


def daily_profits(equity: NDArray[np.float64], opens_at: NDArray[np.int64]) -> NDArray[np.float64]:
    """Differences of the equity between the opens of UTC days; opens in UTC microseconds."""
    return np.diff(equity[opens_at % DAY == 0])


def _value(sizes: NDArray[np.float64], quantile: float) -> float:
    return float(np.quantile(sizes, quantile)) if quantile > 0.0 and len(sizes) else 0.0


def _try(
    quantile: float,
    value: float,
    market: TwinMarket,
    opens_at: NDArray[np.int64],
    rules: TwinRules,
) -> Threshold:
    run = simulate(market, replace(rules, threshold=value))
    return Threshold(value, quantile, sharpe(daily_profits(run.equity, opens_at)), len(run.trades))
