"""Marking the books over quiet rows: where no order works, nothing is due and nothing is touched.

Most rows are quiet, and all that they need is one pass over the positions. The first row that may
need more is left to `books_kernel`, which gives the same bits on quiet rows, only slower.
"""

from __future__ import annotations

from typing import Any

from numba import njit

from trimtab.trading.fill_model import follow, is_touched
from trimtab.trading.paired_trial import see_difference

HIGH, LOW, CLOSE = 1, 2, 3
NEVER = 2**62
SOFT = 0.5
"""Share of the drawdown limit at which a book warns."""


@njit(cache=True)
def mark_quiet_rows(
    books: Any, positions: Any, trials: Any, marks: Any, policies: Any, lots: Any, bars: Any,
    rows: tuple[int, int], clock: tuple[int, int, int],
) -> tuple[int, bool]:  # fmt: skip
    """Marks rows until one is not quiet or a trial is decided; the row to go on from, and which."""
    row, limit = rows
    limit = min(limit, row + _quiet_at_most(positions, policies, clock))
    while row < limit and _is_quiet(books, positions, marks, policies, lots, bars[row]):
        _mark_row(books, positions, marks, policies, lots, bars[row])
        row += 1
        if see_difference(books, trials):
            return row, True
    return row, False


@njit(cache=True)
def _quiet_at_most(positions: Any, policies: Any, clock: tuple[int, int, int]) -> int:
    """Rows until the next day opens or the next horizon ends; none while an order works."""
    opened, interval, day = clock
    due = NEVER
    for book in range(positions.shape[0]):
        for coin in range(positions.shape[1]):
            position = positions[book, coin]
            if position["entry_lots"] != 0 or position["exit_lots"] != 0:
                return 0
            if position["lots"] != 0 and policies[book]["by_horizon"]:
                due = min(due, position["due"])
    until_due = (due - opened - 1) // interval
    until_day = -(-(-opened % day) // interval)
    return min(until_due, until_day)


@njit(cache=True)
def _is_quiet(books: Any, positions: Any, marks: Any, policies: Any, lots: Any, bar: Any) -> bool:
    """Whether marking is all that this row asks for: nothing is touched, and no book has to halt."""
    for book in range(len(books)):
        equity = books[book]["cash"]
        for coin in range(len(lots)):
            position = positions[book, coin]
            if position["lots"] != 0:
                if is_touched(position, policies[book], bar[HIGH, coin], bar[LOW, coin]):
                    return False
                mark = bar[CLOSE, coin] if bar[CLOSE, coin] > 0.0 else marks[coin]
                equity += position["lots"] * lots[coin] * mark
        floor = lowest(books[book], policies[book]["maximum_drawdown"])
        if equity < floor and not books[book]["halted"]:
            return False
    return True


@njit(cache=True)
def _mark_row(books: Any, positions: Any, marks: Any, policies: Any, lots: Any, bar: Any) -> None:
    for coin in range(len(lots)):
        if bar[CLOSE, coin] > 0.0:
            marks[coin] = bar[CLOSE, coin]
    for book in range(len(books)):
        equity = books[book]["cash"]
        for coin in range(len(lots)):
            position = positions[book, coin]
            if position["lots"] != 0:
                follow(position, bar[HIGH, coin], bar[LOW, coin])
                equity += position["lots"] * lots[coin] * marks[coin]
        set_equity(books[book], equity, policies[book]["maximum_drawdown"])


@njit(cache=True)
def set_equity(record: Any, equity: float, maximum_drawdown: float) -> bool:
    """The book's equity at a close; True when it fell below a limit just now."""
    record["equity"] = equity
    record["peak"] = max(record["peak"], equity)
    warning = equity < record["peak"] * (1.0 - SOFT * maximum_drawdown)
    record["warns"] = warning and record["warned"] != record["peak"]
    if record["warns"]:
        record["warned"] = record["peak"]
    fallen = equity < lowest(record, maximum_drawdown)
    halts = fallen and not record["halted"]
    record["halted"] |= fallen
    return bool(halts)


@njit(cache=True)
def lowest(record: Any, maximum_drawdown: float) -> float:
    """The equity below which the book halts: by its drawdown, or by its floor."""
    return float(max(record["peak"] * (1.0 - maximum_drawdown), record["floor"]))
