"""At the end of its horizon a position may be held on: a new round trip would buy the same again.

What an entry has to clear is the round trip. A position that is held has paid for it, so the newest
forecast of its own topic needs no more than to point the same way and to be worth something before
costs. Whether it is worth something is the ledger's belief: a book without a gate never asks.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trimtab.trading.records import TWIN

CANCELLED, HORIZON = 2, 1


@njit(cache=True)
def hold_on(
    state: Any, policies: Any, signals: Any, clock: tuple[int, int], paused: bool,
    held_on: NDArray[np.int64],
) -> int:  # fmt: skip
    """Prolongs positions whose horizon ends now; the number of book 0's events.

    `state`: (books, positions, events); positions and events are written to, and into `held_on`
    [coin] the topic whose forecast prolonged book 0's position. `policies`: (records, in_mix).
    `signals` as for `planning.plan`. `clock`: (now, length of a bar).
    """
    books, positions, events = state
    records, in_mix = policies
    returns, _, net_edge, horizons, _ = signals
    now, interval = clock
    count = 0
    for book in range(len(books)):
        policy = records[book]
        barred = books[book]["halted"] or (paused and book != TWIN)
        if barred or not policy["holds_on"]:
            continue
        bar = -2e4 * (policy["taker_fee"] + policy["half_spread"])
        for coin in range(returns.shape[1]):
            position = positions[book, coin]
            topic = position["topic"]
            if (
                _ends_now(position, now, interval)
                and in_mix[book, topic, coin]
                and returns[topic, coin] * position["lots"] > 0.0
                and net_edge[topic, coin] > bar
            ):
                if book == 0:
                    held_on[coin] = topic
                    if position["exit_lots"] != 0:
                        _note_cancelled(events[count], coin, position, now)
                        count += 1
                position["exit_lots"] = 0
                position["due"] = max(now, position["due"]) + horizons[topic]
    return count


@njit(cache=True)
def _ends_now(position: Any, now: int, interval: int) -> bool:
    """Within a bar of its end: whole, and closed by no order but the one that the horizon gave now."""
    if position["lots"] == 0 or position["entry_lots"] != 0 or position["due"] - now >= interval:
        return False
    ending = position["exit_lots"] == -position["lots"]
    ordered = position["exit_purpose"] == HORIZON and position["exit_at"] == now
    return bool(position["exit_lots"] == 0 or (ending and ordered))


@njit(cache=True)
def _note_cancelled(event: Any, coin: int, position: Any, now: int) -> None:
    event["kind"] = CANCELLED
    event["coin"] = coin
    event["purpose"] = HORIZON
    event["lots"] = position["exit_lots"]
    event["topic"] = position["topic"]
    event["at"] = now
    event["ordered_at"] = position["exit_at"]
