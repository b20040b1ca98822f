"""The figures of a book, from its daily marks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.domain.decisions import BooksMarked
from trimtab.domain.units import DAY
from trimtab.lab.daily import annual_volatility, drawdown, sharpe

Marks = Sequence[BooksMarked]
"""In the order of time."""

YARDSTICK_VOLATILITY = 0.10
"""Annual volatility at which drawdowns of different books are compared."""


class BookMetrics(Struct, frozen=True):
    """Rates and returns are fractions, bp basis points, sums of money in the quote currency."""

    trades: int
    win_rate: float | None
    """Trades with a net profit; None without trades."""
    net_bp_per_trade: float | None
    """Mean net profit over notional at entry."""
    total_return: float
    """Last equity over capital, less 1."""
    sharpe: float | None
    """Of daily profits over capital, 365 days a year; None if the book never moved."""
    max_drawdown: float
    """Deepest fall as a fraction of the peak before it."""
    max_drawdown_at_10pct_vol: float | None
    """The same after scaling the daily profits to 10 % annual volatility."""
    longest_drawdown_days: int
    recovery_days: int | None
    """From the trough of the deepest fall back to its peak; None if not yet back."""
    fees: float
    funding: float
    """Paid; negative when received."""
    turnover: float
    slippage: float = 0.0
    """Half spread and impact, as fills were worse than the price they were asked for at."""


def metrics(marks: Marks, book: str, capital: float) -> BookMetrics:
    """One book, counted from its first mark on. Raises ValueError without marks."""
    return pooled([marks], book, capital)


def pooled(runs: Sequence[Marks], book: str, capital: float) -> BookMetrics:
    """The same book of several runs of equal capital: daily profits averaged, trades added up.

    `capital` is that of each run. Raises ValueError where a run has no marks.
    """
    equity = daily_equity(runs, book).equity / capital
    return _figures(equity, sum((_tally(marks, book) for marks in runs), np.zeros(7)))


class EquityCurve(Struct, frozen=True, eq=False):
    """Equity at every day's open."""

    at: NDArray[np.int64]
    """UTC in microseconds, one day apart."""
    equity: NDArray[np.float64]


def daily_equity(runs: Sequence[Marks], book: str) -> EquityCurve:
    """Mean equity of a book over runs, from the first mark on, one value a day.

    A day without a mark keeps the last one. Raises ValueError where a run has no marks.
    """
    if not runs or not all(runs):
        raise ValueError(f"book {book}: no daily marks; run over at least one UTC day's open")
    days = _days(runs)
    equity = ((mark.equity[mark.books.index(book)] for mark in marks) for marks in runs)
    total = sum(
        (_on(days, marks, np.array([*values])) for marks, values in zip(runs, equity, strict=True)),
        np.zeros(len(days)),
    )
    return EquityCurve(days, total / len(runs))


def daily_sums(runs: Sequence[Marks], book: str) -> NDArray[np.float64]:
    """[day, figure] trades, wins and net bp of the trades that ended in each day, of all runs."""
    days = _days(runs)
    sums = (np.stack([_sums(mark, book)[:3] for mark in marks]) for marks in runs)
    total = sum(
        (_on(days, marks, values) for marks, values in zip(runs, sums, strict=True)),
        np.zeros((len(days), 3)),
    )
    return np.diff(total, axis=0)


def _days(runs: Sequence[Marks]) -> NDArray[np.int64]:
    first = min(marks[0].at for marks in runs)
    last = max(marks[-1].at for marks in runs)
    return np.arange(first, last + 1, DAY)


def _on(days: NDArray[np.int64], marks: Marks, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The last value marked by each day; before the first, that one."""
    marked_at = np.array([mark.at for mark in marks])
    on_days: NDArray[np.float64] = values[
        np.maximum(np.searchsorted(marked_at, days, "right") - 1, 0)
    ]
    return on_days


def _tally(marks: Marks, book: str) -> NDArray[np.float64]:
    return _sums(marks[-1], book) - _sums(marks[0], book)


def _sums(mark: BooksMarked, book: str) -> NDArray[np.float64]:
    of = mark.books.index(book)
    columns = (
        mark.trades, mark.wins, mark.net_bp, mark.fees, mark.funding, mark.turnover, mark.slippage
    )  # fmt: skip
    return np.array([column[of] if column else 0.0 for column in columns], np.float64)


def _figures(equity: NDArray[np.float64], tally: NDArray[np.float64]) -> BookMetrics:
    trades, wins, net_bp, fees, funding, turnover, slippage = tally.tolist()
    profits = np.diff(equity)
    fall = drawdown(equity)
    return BookMetrics(
        trades=round(trades),
        win_rate=wins / trades if trades else None,
        net_bp_per_trade=net_bp / trades if trades else None,
        total_return=float(equity[-1]) - 1.0,
        sharpe=sharpe(profits),
        max_drawdown=fall.maximum,
        max_drawdown_at_10pct_vol=_drawdown_at_yardstick(profits),
        longest_drawdown_days=fall.longest,
        recovery_days=fall.recovery,
        fees=fees,
        funding=funding,
        turnover=turnover,
        slippage=slippage,
    )


def _drawdown_at_yardstick(profits: NDArray[np.float64]) -> float | None:
    volatility = annual_volatility(profits)
    if not volatility:
        return None
    scaled = np.concatenate(([0.0], np.cumsum(profits * (YARDSTICK_VOLATILITY / volatility))))
    return drawdown(1.0 + scaled).maximum
