"""The books' dense work: fill, touch stops and mark, row by row, until book 0 has news.

Within a bar: working orders fill at the open (exits first), then protective orders may be touched
(the stop before the take-profit, when a bar touched both), then the close marks every position.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trimtab.domain.records import Records
from trimtab.trading.bookkeeping import (
    Ledger,
    book_entry,
    book_exit,
    close_at_once,
    slip,
    tell,
)
from trimtab.trading.fill_model import (
    fillable,
    follow,
    is_touched,
    nearest_stop,
    take_level,
    taker_price,
)
from trimtab.trading.marking import mark_quiet_rows, set_equity
from trimtab.trading.paired_trial import see_difference

OPEN, HIGH, LOW, CLOSE, VOLUME = 0, 1, 2, 3, 4
INTENDED, FILLED, CANCELLED = 0, 1, 2
HORIZON, TAKE_PROFIT = 1, 3


@njit(cache=True)
def run(
    written: tuple[Any, Any, Any, Any, Any, Any, Any],
    policies: Records,
    lots: NDArray[np.float64],
    bars: NDArray[np.float64],
    rows: tuple[int, int],
    clock: tuple[int, int, int],
) -> tuple[int, int, bool, bool]:
    """Consume `rows` (start, limit) until something happened in book 0 or a day opened.

    `written`: a Ledger as a plain tuple, which takes less time to hand over.
    `clock`: open of the first row, length of a bar, length of a day (microseconds).
    Returns the row to go on from, the number of events, whether a day opened, and whether orders
    of book 0 go on working.
    """
    ledger = Ledger(*written)
    start, limit = rows
    opened, interval, day = clock
    count, row = 0, start
    marked = news = False
    while row < limit and not news:
        at = opened + (row - start) * interval
        row, news = mark_quiet_rows(
            ledger.books, ledger.positions, ledger.trials, ledger.marks, policies, lots, bars,
            (row, limit), (at, interval, day),
        )  # fmt: skip
        if row < limit and not news:
            at = opened + (row - start) * interval
            count, marked, news = _live_through(
                ledger, policies, lots, bars[row], at, interval, day
            )
            row += 1
    working = False
    for coin in range(len(lots)):
        position = ledger.positions[0, coin]
        working |= position["entry_lots"] != 0 or position["exit_lots"] != 0
    return row, count, marked, working


@njit(cache=True)
def _live_through(
    ledger: Ledger, policies: Any, lots: Any, bar: Any, opened: int, interval: int, day: int
) -> tuple[int, bool, bool]:
    """One row with everything that may happen; events, whether a day opened, whether to stop."""
    count = 0
    news = False
    for book in range(len(ledger.books)):
        count = _fill_working(ledger, book, policies[book], lots, bar, opened, count)
    marked = opened % day == 0
    if marked:
        _mark_opening(ledger, lots, bar)
    for coin in range(len(lots)):
        if bar[CLOSE, coin] > 0.0:
            ledger.marks[coin] = bar[CLOSE, coin]
    for book in range(len(ledger.books)):
        policy = policies[book]
        count = _touch_protective(ledger, book, policy, lots, bar, opened, count)
        news |= _mark(ledger, book, policy, lots) and book == 0
        count = _end_horizons(ledger, book, policy, opened + interval, count)
    news |= see_difference(ledger.books, ledger.trials)
    return count, marked, news or marked or count > 0


@njit(cache=True)
def _fill_working(
    ledger: Any, book: int, policy: Any, lot_sizes: Any, bar: Any, at: int, count: int
) -> int:
    for coin in range(len(lot_sizes)):
        position = ledger.positions[book, coin]
        if position["exit_lots"] == 0 and position["entry_lots"] == 0:
            continue
        price = bar[OPEN, coin]
        volume = bar[VOLUME, coin]
        if not price > 0.0:
            continue
        lot = lot_sizes[coin]
        if position["exit_lots"] != 0:
            filled = fillable(position["exit_lots"], lot, volume, policy)
            if filled != 0:
                paid = taker_price(price, filled, lot, volume, policy)
                position["exit_lots"] -= filled
                slip(ledger.books[book], price, paid, filled, lot)
                count = book_exit(
                    ledger, book, coin, policy, lot, filled, paid, at, count,
                    position["exit_purpose"], position["exit_at"], position["exit_lots"], False,
                )  # fmt: skip
        if position["entry_lots"] != 0 and position["exit_lots"] == 0:
            filled = fillable(position["entry_lots"], lot, volume, policy)
            if filled != 0:
                paid = taker_price(price, filled, lot, volume, policy)
                slip(ledger.books[book], price, paid, filled, lot)
                count = book_entry(ledger, book, coin, policy, lot, filled, paid, at, count)
    return count


@njit(cache=True)
def _mark_opening(ledger: Any, lots: Any, bar: Any) -> None:
    for book in range(len(ledger.books)):
        equity = ledger.books[book]["cash"]
        for coin in range(len(lots)):
            position = ledger.positions[book, coin]
            if position["lots"] != 0:
                price = bar[OPEN, coin]
                mark = price if price > 0.0 else ledger.marks[coin]
                equity += position["lots"] * lots[coin] * mark
        ledger.books[book]["opening"] = equity


@njit(cache=True)
def _touch_protective(
    ledger: Any, book: int, policy: Any, lot_sizes: Any, bar: Any, at: int, count: int
) -> int:
    """Stops, liquidations and take-profits that this bar reached; a stop before a take-profit."""
    for coin in range(len(lot_sizes)):
        position = ledger.positions[book, coin]
        high, low = bar[HIGH, coin], bar[LOW, coin]
        if position["lots"] == 0:
            continue
        if not is_touched(position, policy, high, low):
            follow(position, high, low)
            continue
        lots = position["lots"]
        long = lots > 0
        level, purpose = nearest_stop(position, policy)
        opened = bar[OPEN, coin]
        if (long and low <= level) or (not long and high >= level):
            worst = min(level, opened) if long else max(level, opened)
            price = taker_price(worst, -lots, lot_sizes[coin], bar[VOLUME, coin], policy)
            slip(ledger.books[book], worst, price, lots, lot_sizes[coin])
            maker = False
        else:
            target = take_level(position, policy)
            price = max(target, opened) if long else min(target, opened)
            purpose = TAKE_PROFIT
            maker = True
        count = close_at_once(
            ledger, book, coin, policy, lot_sizes[coin], price, at, count, purpose, maker
        )
    return count


@njit(cache=True)
def _mark(ledger: Any, book: int, policy: Any, lots: Any) -> bool:
    """Equity at the close; True when the book fell below a limit just now."""
    record = ledger.books[book]
    equity = record["cash"]
    for coin in range(len(lots)):
        held = ledger.positions[book, coin]["lots"]
        if held != 0:
            equity += held * lots[coin] * ledger.marks[coin]
    return set_equity(record, equity, policy["maximum_drawdown"])


@njit(cache=True)
def _end_horizons(ledger: Any, book: int, policy: Any, now: int, count: int) -> int:
    """Positions whose forecast's time is over get an exit order; late entries are given up."""
    for coin in range(ledger.positions.shape[1]):
        position = ledger.positions[book, coin]
        if position["entry_lots"] != 0 and position["entry_due"] <= now:
            if book == 0:
                count = tell(
                    ledger.events, count, CANCELLED, coin, 0, position["entry_lots"], 0, 0.0, 0.0,
                    np.nan, now, position["entry_at"], position["entry_topic"], False,
                )  # fmt: skip
            position["entry_lots"] = 0
        over = policy["by_horizon"] and position["due"] <= now
        if position["lots"] != 0 and position["exit_lots"] == 0 and over:
            position["exit_lots"] = -position["lots"]
            position["exit_at"] = now
            position["exit_purpose"] = HORIZON
            if book == 0:
                count = tell(
                    ledger.events, count, INTENDED, coin, HORIZON, position["exit_lots"], 0, 0.0,
                    0.0, np.nan, now, now, position["topic"], False,
                )  # fmt: skip
    return count
