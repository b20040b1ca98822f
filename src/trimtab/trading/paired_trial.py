"""The paired test of a change: two books on the same facts, and a bet against each direction.

Per bar the difference d of the books' gains in bp of capital, clipped at a bound fixed before the
first observation: y = clip(d / bound, -1, 1). The products of (1 - l y) and (1 + l y), averaged over
l in {.1, .25, .5}, are e-processes for "the change does not harm" and "does not help": watching them
continuously is allowed (Waudby-Smith and Ramdas 2024, section 4; Ville's inequality).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

BETS = (0.1, 0.25, 0.5)


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
    y = min(max(difference / trial["bound"], -1.0), 1.0)
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
