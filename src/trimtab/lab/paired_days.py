"""Two books day by day, and how far the differences of their figures scatter by chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trimtab.lab.bootstrap import FEWEST_DAYS, Days, block_length, intervals
from trimtab.lab.daily import DAYS_A_YEAR
from trimtab.lab.metrics import YARDSTICK_VOLATILITY, Marks, daily_equity, daily_sums

Floats = NDArray[np.float64]

FIGURES = ("sharpe", "win_rate", "net_bp_per_trade", "max_drawdown_at_10pct_vol")
"""In the order of the intervals."""


class PairedDays(NamedTuple):
    """The same days of two books: what is drawn together is compared together."""

    profits: Floats
    """[book, day] in units of the capital."""
    sums: Floats
    """[day, book, figure]: trades, wins, and net profit over notional in bp, of the trades that ended."""

    @staticmethod
    def of(runs: Sequence[Marks], books: tuple[str, str], capital: float) -> PairedDays:
        """Runs of equal capital, pooled: profits averaged, trades added up."""
        return _paired([(runs, book) for book in books], capital)

    @staticmethod
    def between(
        runs: Sequence[Marks], others: Sequence[Marks], book: str, capital: float
    ) -> PairedDays:
        """The same book of two sets of runs; raises ValueError where their days differ."""
        return _paired([(runs, book), (others, book)], capital)

    def intervals(self) -> dict[str, tuple[float, float] | None]:
        """95 % intervals of the first book's figures less the second's, by figure."""
        days = self.profits.shape[1]
        if days < FEWEST_DAYS:
            return dict.fromkeys(FIGURES)
        sample = np.column_stack([self.profits.T, self.sums.reshape(days, -1)])
        found = intervals(sample, self.differences, self._block(), self._centres())
        known = (None if np.isnan(low) else (low, high) for low, high in found)
        return dict(zip(FIGURES, known, strict=True))

    def _centres(self) -> Floats:
        """A drawdown hangs on the order of days, which drawing them anew breaks up: what is drawn has
        the spread of chance, but lies nearer to 0 than the figure itself.
        """
        days: Days = np.arange(self.profits.shape[1], dtype=np.int64).reshape(1, -1)
        own = self.differences(days)[:, 0]
        own[: FIGURES.index("max_drawdown_at_10pct_vol")] = np.nan
        return own

    def _block(self) -> float:
        """Long enough for either book and for their difference."""
        one, other = self.profits
        return max(block_length(series) for series in (one, other, one - other))

    def differences(self, days: Days) -> Floats:
        """[figure, replication] of the days drawn [replication, day]; NaN where not defined."""
        figures = np.empty((len(FIGURES), 2, len(days)))
        _count_again(self.profits, np.ascontiguousarray(self.sums), days, figures)
        return figures[:, 0] - figures[:, 1]


def _paired(sides: Sequence[tuple[Sequence[Marks], str]], capital: float) -> PairedDays:
    profits = [np.diff(daily_equity(runs, book).equity) / capital for runs, book in sides]
    sums = [daily_sums(runs, book) for runs, book in sides]
    return PairedDays(np.stack(profits), np.stack(sums, axis=1))


@njit(cache=True)
def _count_again(profits: Floats, sums: Floats, days: Days, figures: Floats) -> None:
    """Fills `figures` [figure, book, replication] for the days drawn; NaN where not defined."""
    replications, count = days.shape
    for replication in range(replications):
        for book in range(2):
            total = squares = trades = wins = net = 0.0
            for day in days[replication]:
                profit = profits[book, day]
                total += profit
                squares += profit * profit
                trades += sums[day, book, 0]
                wins += sums[day, book, 1]
                net += sums[day, book, 2]
            mean = total / count
            variance = max(squares - count * mean * mean, 0.0) / (count - 1) * DAYS_A_YEAR
            spread = np.sqrt(variance) if variance > 0.0 else np.nan
            figures[0, book, replication] = mean * DAYS_A_YEAR / spread
            figures[1, book, replication] = wins / trades if trades > 0.0 else np.nan
            figures[2, book, replication] = net / trades if trades > 0.0 else np.nan
            scale = YARDSTICK_VOLATILITY / spread
            figures[3, book, replication] = _fall(profits[book], days[replication], scale)


@njit(cache=True)
def _fall(profits: Floats, days: NDArray[np.int64], scale: float) -> float:
    """Deepest fall from the peak, as a share of it, of an equity that starts at 1."""
    equity = peak = 1.0
    deepest = 0.0
    for day in days:
        equity += profits[day] * scale
        peak = max(peak, equity)
        deepest = max(deepest, 1.0 - equity / peak)
    return float(deepest) if scale > 0.0 else np.nan
