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

FIRST = 5
"""Differences that are only looked at, to learn their size."""


@njit(cache=True)
def see_difference(books: Any, trials: Any) -> bool:
    """One bar for every open trial; True when one has just become evidence enough."""
    if len(trials) == 0:
        return False
    proven = False
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
    return proven


@njit(cache=True)
def _bet(trial: Any, difference: float) -> bool:
    trial["bars"] += 1
    trial["sum"] += difference
    trial["squares"] += difference * difference
    if abs(difference) < DUST:
        return False
    bound = np.inf
    if trial["active"] >= FIRST:
        bound = CLIP * np.sqrt(trial["spread"] / trial["active"])
    clipped = min(max(difference, -bound), bound)
    trial["active"] += 1
    trial["spread"] += clipped * clipped
    y = clipped / bound
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
