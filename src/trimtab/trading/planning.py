"""From signals to working orders, for every book at once: against position plus working orders.

For each book and coin the topics are asked in turn; the first thing that stands in the way is the
reason. Of several topics that may trade a coin, the one with the highest expected net edge does
(a book without a gate is blind to accuracy: there the largest forecast does).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trimtab.trading.records import TWIN
from trimtab.trading.sizing import drawdown_scale, kelly_share

ENTRY, REDUCE = 0, 6
INTENDED, CANCELLED = 0, 2
PLANS_A_COIN = 3
"""Events of one coin at most: a cancelled entry, the exit of a turn, the new entry."""

TRADED, PAUSED, NOT_IN_MIX, BELOW_THRESHOLD, GATE_CLOSED = 0, 1, 2, 3, 4
POSITION_OPEN, NO_PRICE, TOO_SMALL, BETTER_TOPIC, NO_FORECAST, WITHIN_GUARD = 5, 6, 7, 9, -1, 11
IN_DOUBT = 13


@njit(cache=True)
def plan(
    state: Any, policies: Any, rules: Any, signals: Any, sigmas: Any, now: int, paused: bool
) -> int:
    """Gives working orders to every book that wants to trade; the number of book 0's events.

    `state`: (books, positions, gates[book, topic, coin], marks, events, reasons[topic, coin]);
    positions, gates, events and book 0's reasons are written to.
    `policies`: (records, in_mix, thresholds, leverages, guards, stops). `rules`: (lot sizes, minimum
    notionals, shares, bar).
    `signals`: (returns, probability, net_edge, horizons, reverses). `sigmas` [coin] per bar.
    """
    books, positions, gates, marks, events, reasons = state
    before = positions[0].copy()
    chosen = _choose(books, gates, policies, signals, reasons, paused)
    count = 0
    for book in range(len(books)):
        for coin in range(len(marks)):
            topic = chosen[book, coin]
            if topic < 0:
                continue
            policy, shares = policies[0][book], rules[2]
            notional = (
                _notional(policy, books[book]["equity"], shares, sigmas[coin])
                * policies[3][book, coin]
            )
            share = np.inf
            deviation = sigmas[coin] * np.sqrt(signals[3][topic] / rules[3])
            if not signals[4]:  # who reverses has no belief in an edge
                share = kelly_share(
                    policy, shares, signals[1][topic, coin], signals[2][topic, coin], deviation
                )
                notional = min(notional, share * _capital(policy, books[book]["equity"]))
                notional *= drawdown_scale(policy, books[book])
            lots = _lots(notional, marks[coin], rules[0][coin], rules[1][coin])
            size = lots if signals[0][topic, coin] > 0.0 else -lots
            position = positions[book, coin]
            obstacle = _order(position, size, marks[coin] > 0.0, signals[4], now)
            if obstacle == TRADED:
                position["entry_due"] = now + signals[3][topic]
                position["entry_topic"] = topic
                position["entry_margin"] = 1.0 / policies[3][book, coin]
                position["entry_stop"] = _stop(policies[5][book, coin], deviation)
            if book == 0:
                doubtful = obstacle == TOO_SMALL and share == 0.0
                reasons[topic, coin] = IN_DOUBT if doubtful else obstacle
                if obstacle == TRADED:
                    count = _tell(events, before[coin], position, coin, now, count)
    return count


@njit(cache=True)
def _stop(deviations: float, deviation: float) -> float:
    """The distance of a stop by volatility; none where the volatility is not known."""
    return deviations * deviation if deviation > 0.0 else np.inf


@njit(cache=True)
def _choose(
    books: Any, gates: Any, policies: Any, signals: Any, reasons: Any, paused: bool
) -> NDArray[np.int64]:
    """[book, coin]: the topic that may trade the coin, or -1; moves gates, notes book 0's reasons."""
    records, in_mix, thresholds, _, guards, _ = policies
    returns, probability, net_edge, horizons, _ = signals
    chosen = np.full((len(books), returns.shape[1]), -1, np.int64)
    for book in range(len(books)):
        policy = records[book]
        barred = books[book]["halted"] or (paused and book != TWIN)
        for coin in range(returns.shape[1]):
            best = -np.inf
            for topic in range(len(horizons)):
                forecast = abs(returns[topic, coin])
                if not forecast >= 0.0:
                    continue
                is_open = _is_open(policy, gates[book, topic, coin], probability[topic, coin])
                gates[book, topic, coin] = is_open
                obstacle = _obstacle(
                    barred, in_mix[book, topic, coin], forecast > thresholds[book, topic], is_open,
                    guards[book, coin], net_edge[topic, coin],
                )  # fmt: skip
                worth = net_edge[topic, coin] if policy["gated"] else forecast
                if obstacle == TRADED:
                    obstacle = BETTER_TOPIC
                    if worth > best:
                        chosen[book, coin], best = topic, worth
                if book == 0:
                    reasons[topic, coin] = obstacle
    return chosen


@njit(cache=True)
def _is_open(policy: Any, was_open: bool, probability: float) -> bool:
    """Opens above `enter`, closes below `leave`; a book without a gate is always open."""
    return bool(
        not policy["gated"] or probability > (policy["leave"] if was_open else policy["enter"])
    )


@njit(cache=True)
def _obstacle(
    barred: bool, in_mix: bool, large: bool, gate_open: bool, guard: float, net_edge: float
) -> int:
    """The first thing that stands between a forecast and a trade."""
    if barred:
        return PAUSED
    if not in_mix:
        return NOT_IN_MIX
    if not large:
        return BELOW_THRESHOLD
    if not gate_open:
        return GATE_CLOSED
    return TRADED if not guard > 0.0 or net_edge > guard else WITHIN_GUARD


@njit(cache=True)
def _notional(policy: Any, equity: float, shares: int, sigma: float) -> float:
    """An equal share of the capital, scaled to the volatility target; without leverage."""
    capital = _capital(policy, equity)
    scale = 1.0
    if policy["volatility_target"] < np.inf:
        ratio = policy["volatility_target"] / sigma if sigma > 0.0 else 0.0
        scale = min(ratio, policy["maximum_scale"])
    return float(max(capital / shares * scale, 0.0))


@njit(cache=True)
def _capital(policy: Any, equity: float) -> float:
    return float(equity if policy["compounding"] else policy["capital"])


@njit(cache=True)
def _lots(notional: float, price: float, lot: float, minimum: float) -> int:
    """Whole lots, rounded down; 0 below the venue's minimum."""
    if not price > 0.0:
        return 0
    lots = int(np.floor(notional / (price * lot) + 1e-9))
    return lots if lots * lot * price >= minimum else 0


@njit(cache=True)
def _order(position: Any, size: int, priced: bool, reverses: bool, now: int) -> int:
    """An entry of `size` lots (signed) where nothing is held or works; or a turn, exit first."""
    held = position["lots"] + position["exit_lots"] + position["entry_lots"]
    turns = reverses and held * size < 0
    if held != 0 and not turns:
        return POSITION_OPEN
    if not priced:
        return NO_PRICE
    if size == 0:
        return TOO_SMALL
    if turns and position["exit_lots"] == 0:
        position["exit_lots"] = -position["lots"]
        position["exit_at"] = now
        position["exit_purpose"] = REDUCE
    position["entry_lots"] = size
    position["entry_at"] = now
    return TRADED


@njit(cache=True)
def _tell(events: Any, before: Any, position: Any, coin: int, now: int, count: int) -> int:
    """Book 0's news of this coin: the entry that was overtaken, the exit of a turn, the entry."""
    if before["entry_lots"] != 0:
        count = _note(
            events, count, CANCELLED, coin, ENTRY, before["entry_lots"], before["entry_topic"], now,
            before["entry_at"],
        )  # fmt: skip
    if position["exit_lots"] != before["exit_lots"]:
        count = _note(
            events, count, INTENDED, coin, REDUCE, position["exit_lots"], position["topic"], now, now
        )  # fmt: skip
    return _note(
        events, count, INTENDED, coin, ENTRY, position["entry_lots"], position["entry_topic"], now,
        now,
    )  # fmt: skip


@njit(cache=True)
def _note(
    events: Any, count: int, kind: int, coin: int, purpose: int, lots: int, topic: int, at: int,
    ordered_at: int,
) -> int:  # fmt: skip
    event = events[count]
    event["kind"] = kind
    event["coin"] = coin
    event["purpose"] = purpose
    event["lots"] = lots
    event["topic"] = topic
    event["at"] = at
    event["ordered_at"] = ordered_at
    return count + 1
