"""Book-keeping: what a fill does to a position, its book, and the list of what happened."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trimtab.domain.records import Records

INTENDED, FILLED, CANCELLED = 0, 1, 2
TWIN = 1


class Ledger(NamedTuple):
    """Everything the kernels write to: copies that nobody else holds."""

    books: Records
    positions: Records
    trials: Records
    marks: NDArray[np.float64]
    """[coin] last price; 0 before the first."""
    events: Records
    trades: Records
    """Round trips of the first two books that are over, in their order."""
    ended: NDArray[np.int64]
    """[1] how many."""


@njit(cache=True)
def book_entry(
    ledger: Any, book: int, coin: int, policy: Any, lot: float, lots: int, price: float, at: int,
    count: int,
) -> int:  # fmt: skip
    position = ledger.positions[book, coin]
    notional = abs(lots) * lot * price
    fee = notional * policy["taker_fee"]
    if position["lots"] == 0:
        position["opened"] = at
        position["due"] = position["entry_due"]
        position["topic"] = position["entry_topic"]
        position["margin"] = position["entry_margin"]
        position["stop"] = position["entry_stop"]
        position["best"] = price
    position["notional"] += notional
    position["lots"] += lots
    position["entry"] = position["notional"] / (abs(position["lots"]) * lot)
    position["entry_lots"] -= lots
    _pay(ledger.books[book], position, -lots * lot * price - fee)
    _charge(ledger.books[book], fee, notional)
    if book != 0:
        return count
    return tell(
        ledger.events, count, FILLED, coin, 0, lots, position["entry_lots"], price, fee, np.nan,
        at, position["entry_at"], position["topic"], False,
    )  # fmt: skip


@njit(cache=True)
def book_exit(
    ledger: Any, book: int, coin: int, policy: Any, lot: float, lots: int, price: float, at: int,
    count: int, purpose: int, ordered_at: int, remaining: int, maker: bool,
) -> int:  # fmt: skip
    position = ledger.positions[book, coin]
    notional = abs(lots) * lot * price
    fee = notional * (policy["maker_fee"] if maker else policy["taker_fee"])
    topic = position["topic"]
    position["lots"] += lots
    _pay(ledger.books[book], position, -lots * lot * price - fee)
    _charge(ledger.books[book], fee, notional)
    profit = np.nan
    if position["lots"] == 0:
        profit = position["flow"]
        if book <= TWIN:
            _note_trade(ledger, book, coin, position, at)
        _close_trade(ledger.books[book], position)
    if book != 0:
        return count
    return tell(
        ledger.events, count, FILLED, coin, purpose, lots, remaining, price, fee, profit, at,
        ordered_at, topic, maker,
    )  # fmt: skip


@njit(cache=True)
def _pay(book: Any, position: Any, amount: float) -> None:
    book["cash"] += amount
    position["flow"] += amount


@njit(cache=True)
def _charge(book: Any, fee: float, notional: float) -> None:
    book["fees"] += fee
    book["turnover"] += notional


@njit(cache=True)
def slip(book: Any, asked: float, paid: float, lots: int, lot: float) -> None:
    """What a fill cost beyond the price at which it was asked for."""
    book["slippage"] += abs(paid - asked) * abs(lots) * lot


@njit(cache=True)
def _note_trade(ledger: Any, book: int, coin: int, position: Any, at: int) -> None:
    trade = ledger.trades[ledger.ended[0]]
    ledger.ended[0] += 1
    trade["book"] = book
    trade["coin"] = coin
    trade["opened"] = position["opened"]
    trade["closed"] = at
    trade["topic"] = position["topic"]
    trade["notional"] = position["notional"]
    trade["net"] = position["flow"]


@njit(cache=True)
def _close_trade(book: Any, position: Any) -> None:
    book["trades"] += 1
    if position["flow"] > 0.0:
        book["wins"] += 1
    book["net_bp"] += position["flow"] / position["notional"] * 1e4
    position["flow"] = 0.0
    position["notional"] = 0.0
    position["exit_lots"] = 0


@njit(cache=True)
def tell(
    events: Any, count: int, kind: int, coin: int, purpose: int, lots: int, remaining: int,
    price: float, fee: float, profit: float, at: int, ordered_at: int, topic: int, maker: bool,
) -> int:  # fmt: skip
    event = events[count]
    event["kind"] = kind
    event["coin"] = coin
    event["purpose"] = purpose
    event["lots"] = lots
    event["remaining"] = remaining
    event["price"] = price
    event["fee"] = fee
    event["profit"] = profit
    event["at"] = at
    event["ordered_at"] = ordered_at
    event["topic"] = topic
    event["maker"] = maker
    return count + 1


@njit(cache=True)
def close_at_once(
    ledger: Any, book: int, coin: int, policy: Any, lot: float, price: float, at: int, count: int,
    purpose: int, maker: bool,
) -> int:  # fmt: skip
    """Close a whole position at once, and let no order of the coin go on working."""
    position = ledger.positions[book, coin]
    lots = -position["lots"]
    if book == 0:
        count = cancel(ledger, coin, at, count)
        count = tell(
            ledger.events, count, INTENDED, coin, purpose, lots, 0, price, 0.0, np.nan, at, at,
            position["topic"], maker,
        )  # fmt: skip
    position["entry_lots"] = 0
    position["exit_lots"] = 0
    return book_exit(ledger, book, coin, policy, lot, lots, price, at, count, purpose, at, 0, maker)


@njit(cache=True)
def cancel(ledger: Any, coin: int, at: int, count: int) -> int:
    """Tell of book 0's orders of this coin that work no longer."""
    position = ledger.positions[0, coin]
    if position["entry_lots"] != 0:
        count = tell(
            ledger.events, count, CANCELLED, coin, 0, position["entry_lots"], 0, 0.0, 0.0, np.nan,
            at, position["entry_at"], position["entry_topic"], False,
        )  # fmt: skip
    if position["exit_lots"] != 0:
        count = tell(
            ledger.events, count, CANCELLED, coin, position["exit_purpose"], position["exit_lots"],
            0, 0.0, 0.0, np.nan, at, position["exit_at"], position["topic"], False,
        )  # fmt: skip
    return count
