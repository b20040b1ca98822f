"""From signals to working orders, for every book at once: against position plus working orders.

For each book and coin the topics are asked in turn; the first thing that stands in the way is the
reason. Of several topics that may trade a coin, the one with the highest expected net edge does
(a book without a gate is blind to accuracy: there the largest forecast does).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trimtab.trading.records import EVENT, Records

ENTRY, REDUCE = 0, 6
INTENDED = 0
TRADED, PAUSED, NOT_IN_MIX, BELOW_THRESHOLD, GATE_CLOSED = 0, 1, 2, 3, 4
POSITION_OPEN, NO_PRICE, TOO_SMALL, BETTER_TOPIC, NO_FORECAST = 5, 6, 7, 9, -1


class Desk(NamedTuple):
    """What planning writes to, and what it reads of the books."""

    books: Records
    positions: Records
    gates: NDArray[np.bool_]
    marks: NDArray[np.float64]
    events: Records


@njit(cache=True)
def plan(
    state: Any, policies: Any, rules: Any, signals: Any, sigmas: Any, now: int, paused: bool
) -> tuple[Records, NDArray[np.bool_], Records, NDArray[np.int64]]:
    """Gives working orders to every book that wants to trade.

    `state`: (books, positions, gates[book, topic, coin], marks); copied, never written to.
    `policies`: (records, in_mix, thresholds, leverages). `rules`: (lot sizes, minimum notionals).
    `signals`: (returns, probability, net_edge, horizons, reverses). `sigmas` [coin] per bar.
    Returns positions, gates, book 0's events and its reason codes [topic, coin].
    """
    books, positions, gates, marks = state
    events = np.zeros(2 * len(marks), EVENT)
    desk = Desk(books, positions.copy(), gates.copy(), marks, events)
    reasons = np.full(signals[0].shape, NO_FORECAST, np.int64)
    count = 0
    for book in range(len(books)):
        for coin in range(len(marks)):
            topic = _choose(desk, policies, signals, reasons, book, coin, paused)
            if topic < 0:
                continue
            obstacle = _order(desk, policies, rules, signals, sigmas[coin], book, coin, topic, now)
            if book == 0:
                reasons[topic, coin] = obstacle
                if obstacle == TRADED:
                    count = _tell(events, desk.positions[0, coin], coin, now, count)
    return desk.positions, desk.gates, events[:count], reasons


@njit(cache=True)
def _choose(
    desk: Any, policies: Any, signals: Any, reasons: Any, book: int, coin: int, paused: bool
) -> int:
    """The topic that may trade this coin, or -1; book 0's reasons are noted."""
    chosen = -1
    best = -np.inf
    gated = policies[0][book]["gated"]
    for topic in range(len(signals[3])):
        obstacle = _obstacle(desk, policies, signals, book, topic, coin, paused)
        if obstacle == TRADED:
            worth = signals[2][topic, coin] if gated else abs(signals[0][topic, coin])
            if worth > best:
                if book == 0 and chosen >= 0:
                    reasons[chosen, coin] = BETTER_TOPIC
                chosen, best = topic, worth
            else:
                obstacle = BETTER_TOPIC
        if book == 0:
            reasons[topic, coin] = obstacle
    return chosen


@njit(cache=True)
def _obstacle(
    desk: Any, policies: Any, signals: Any, book: int, topic: int, coin: int, paused: bool
) -> int:
    forecast = signals[0][topic, coin]
    if not abs(forecast) >= 0.0:
        return NO_FORECAST
    policy = policies[0][book]
    gate_open = _gate(desk.gates, policy, signals[1][topic, coin], book, topic, coin)
    if desk.books[book]["halted"] or (paused and book == 0):
        return PAUSED
    if not policies[1][book, topic, coin]:
        return NOT_IN_MIX
    if not abs(forecast) > policies[2][book, topic]:
        return BELOW_THRESHOLD
    return TRADED if gate_open else GATE_CLOSED


@njit(cache=True)
def _gate(gates: Any, policy: Any, probability: float, book: int, topic: int, coin: int) -> bool:
    """Opens above `enter`, closes below `leave`; a book without a gate is always open."""
    level = policy["leave"] if gates[book, topic, coin] else policy["enter"]
    gates[book, topic, coin] = not policy["gated"] or probability > level
    return bool(gates[book, topic, coin])


@njit(cache=True)
def _order(
    desk: Any, policies: Any, rules: Any, signals: Any, sigma: float, book: int, coin: int,
    topic: int, now: int,
) -> int:  # fmt: skip
    position = desk.positions[book, coin]
    side = 1 if signals[0][topic, coin] > 0.0 else -1
    held = position["lots"] + position["exit_lots"] + position["entry_lots"]
    turns = signals[4] and held * side < 0
    if held != 0 and not turns:
        return POSITION_OPEN
    price = desk.marks[coin]
    if not price > 0.0:
        return NO_PRICE
    notional = _notional(desk.books[book], policies, sigma, book, coin)
    lots = int(np.floor(notional / (price * rules[0][coin]) + 1e-9))
    if lots * rules[0][coin] * price < rules[1][coin] or lots == 0:
        return TOO_SMALL
    if turns:
        position["exit_lots"] = -position["lots"]
        position["exit_at"] = now
        position["exit_purpose"] = REDUCE
    position["entry_lots"] = side * lots
    position["entry_at"] = now
    position["entry_due"] = now + signals[3][topic]
    position["entry_topic"] = topic
    position["entry_margin"] = 1.0 / policies[3][book, coin]
    return TRADED


@njit(cache=True)
def _notional(book: Any, policies: Any, sigma: float, index: int, coin: int) -> float:
    """An equal share of the capital, times the leverage, scaled to the volatility target."""
    policy = policies[0][index]
    capital = book["equity"] if policy["compounding"] else policy["capital"]
    scale = 1.0
    if policy["volatility_target"] < np.inf:
        ratio = policy["volatility_target"] / sigma if sigma > 0.0 else 0.0
        scale = min(ratio, policy["maximum_scale"])
    share = capital / policies[3].shape[1]
    return float(max(share * policies[3][index, coin] * scale, 0.0))


@njit(cache=True)
def _tell(events: Any, position: Any, coin: int, now: int, count: int) -> int:
    """Book 0's new orders of this coin: the exit of a turn first, then the entry."""
    if position["exit_lots"] != 0 and position["exit_at"] == now:
        if position["exit_purpose"] == REDUCE:
            count = _intend(
                events, position["exit_lots"], REDUCE, position["topic"], coin, now, count
            )
    return _intend(events, position["entry_lots"], ENTRY, position["entry_topic"], coin, now, count)


@njit(cache=True)
def _intend(
    events: Any, lots: int, purpose: int, topic: int, coin: int, now: int, count: int
) -> int:
    event = events[count]
    event["kind"] = INTENDED
    event["coin"] = coin
    event["purpose"] = purpose
    event["lots"] = lots
    event["topic"] = topic
    event["at"] = now
    event["ordered_at"] = now
    return count + 1
