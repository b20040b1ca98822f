"""The paired test of a change: two books on the same facts, and a bet against each direction.

Per bar the difference d of the books' gains in bp of capital, clipped at a bound that is known before
the bar: y = clip(d / bound, -1, 1). The products of (1 - l y) and (1 + l y), averaged over three
stakes l, are e-processes for "the change does not harm" and "does not help": watching them
continuously is allowed (Waudby-Smith and Ramdas 2024, section 4; Ville's inequality). What is
promised about is the mean of the clipped difference, given the past.

The bound is `CLIP` times the size that differences had before this bar, so that nobody has to know it
beforehand; on the first few no bet is made. A bar without a difference says nothing of their size.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

BETS = (0.225, 0.45, 0.9)
"""Stakes; no bar, however wild, may cost more than nine tenths of what is staked."""

CLIP = 4.5
"""Where a difference is clipped, in root mean squares of the (clipped) ones before it."""

DUST = 1e-6
"""Bp of capital; less is the rounding of two sums, no difference."""

ROUNDING = 1e-10
"""Of a book's equity; likewise."""

PATIENCE = 4_380.0
"""Bars to a false alarm about the twin: half a year of hours."""

FIRST = 5
"""Differences that are only looked at, to learn their size."""


@njit(cache=True)
def see_difference(books: Any, trials: Any) -> bool:
    """One bar for the twin and every open trial; True when there is something to tell of it."""
    proven = see_twin(books) or bool(books[0]["warns"])
    if len(trials) == 0:
        return bool(proven)
    gain = books[0]["equity"] - books[0]["before"]
    for slot in range(len(trials)):
        trial = trials[slot]
        book = books[2 + slot]
        if not trial["rebased"]:
            own = gain - (book["equity"] - book["before"])
            proven |= _bet(trial, own / trial["capital"] * 1e4)
        trial["rebased"] = False
        book["before"] = book["equity"]
    books[0]["before"] = books[0]["equity"]
    return bool(proven)


@njit(cache=True)
def see_twin(books: Any) -> bool:
    """One bar of the actual book against the twin; True when it has just proven to fall behind.

    An e-detector (Shin, Ramdas and Rinaldo 2024), R <- (R + 1)(1 - l y) with the stakes of a trial:
    while the book does no worse, there are `PATIENCE` bars to a false alarm on average. Unlike a
    trial's product it does not remember how far ahead the book was once. A halted book is not judged.
    """
    if len(books) == 1:  # the book of an override that has none beside it
        return False
    own = books[0]
    gap = own["equity"] - books[1]["equity"]
    difference = gap - own["gap"]
    own["gap"] = gap
    own["alarms"] = False
    if own["halted"] or abs(difference) <= ROUNDING * abs(own["equity"]):
        return False
    y = _stake(own, difference)
    total = 0.0
    for bet in range(3):
        own["behind"][bet] = (own["behind"][bet] + 1.0) * (1.0 - BETS[bet] * y)
        total += own["behind"][bet]
    own["alarms"] = total >= 3.0 * PATIENCE
    if own["alarms"]:
        own["behind"][:] = 0.0
    return bool(own["alarms"])


@njit(cache=True)
def _stake(record: Any, difference: float) -> float:
    """The difference in units of its bound, from -1 to 1, which it then moves; 0 while it is learnt."""
    bound = np.inf
    if record["active"] >= FIRST:
        bound = CLIP * np.sqrt(record["spread"] / record["active"])
    clipped = min(max(difference, -bound), bound)
    record["active"] += 1
    record["spread"] += clipped * clipped
    return float(clipped / bound)


@njit(cache=True)
def _bet(trial: Any, difference: float) -> bool:
    trial["bars"] += 1
    trial["sum"] += difference
    trial["squares"] += difference * difference
    if abs(difference) < DUST:
        return False
    y = _stake(trial, difference)
    for bet in range(3):
        trial["harm"][bet] += np.log1p(-BETS[bet] * y)
        trial["help"][bet] += np.log1p(BETS[bet] * y)
    proven = max(evidence(trial["harm"]), evidence(trial["help"])) >= trial["enough"]
    fresh = proven and not trial["proven"]
    trial["proven"] |= proven
    return bool(fresh)


@njit(cache=True)
def evidence(logs: Any) -> float:
    """The e-value: 20 means that chance alone would show as much in at most 5 % of contracts."""
    return float((np.exp(logs[0]) + np.exp(logs[1]) + np.exp(logs[2])) / 3.0)
