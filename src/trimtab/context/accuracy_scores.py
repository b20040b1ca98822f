"""Scores of forecasts from running sums: what stands beside the accuracy in the report."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import NamedTuple


class Scores(NamedTuple):
    """None where there is nothing to divide by. Moves are in units of the horizon's volatility."""

    czar: float | None
    """Share of all movement that pointed the forecast way, less the rest: sum(+-|z|) / sum |z|."""
    wrmse_improvement: float | None
    """1 - RMSE / RMSE of the forecast that nothing moves."""
    pearson: float | None
    """Correlation of forecasts and outcomes."""
    interval_coverage: float | None
    """Share of outcomes within the forecasts' own lower and upper bounds."""


def scores(cell: Mapping[str, float]) -> Scores:
    """Of one record of `accuracy_sums.CELL`, by the names of its fields."""
    n, forecast, realised = cell["outcomes"], cell["forecast"], cell["realised"]
    squares = cell["forecast2"] - 2.0 * cell["product"] + cell["realised2"]
    return Scores(
        _ratio(cell["signed"], cell["magnitude"]),
        _improvement(squares, cell["realised2"]),
        _pearson(
            n * cell["product"] - forecast * realised,
            n * cell["forecast2"] - forecast * forecast,
            n * cell["realised2"] - realised * realised,
        ),
        _ratio(cell["inside"], cell["intervals"]),
    )


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole > 0.0 else None


def _improvement(squares: float, nothing: float) -> float | None:
    return 1.0 - sqrt(max(0.0, squares) / nothing) if nothing > 0.0 else None


def _pearson(together: float, own: float, other: float) -> float | None:
    if own <= 0.0 or other <= 0.0:
        return None
    return max(-1.0, min(1.0, together / sqrt(own * other)))
