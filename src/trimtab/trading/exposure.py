"""Exposure: what a book holds, and what it would hold if all that works for it were filled."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from trimtab.domain.records import Records
from trimtab.trading.records import TWIN


def exposures(
    positions: Records, lots: NDArray[np.float64], marks: NDArray[np.float64]
) -> NDArray[np.float64]:
    """[coin] the largest notional that each coin of one book can come to, at the last marks.

    An entry against a position is filled only when the exit before it is: the larger of the two.
    """
    held = np.abs(positions["lots"])
    filled = np.abs(positions["lots"] + positions["exit_lots"] + positions["entry_lots"])
    notional: NDArray[np.float64] = np.maximum(held, filled) * lots * marks
    return notional


@njit(cache=True)
def any_beyond(books: Any, positions: Any, lots: Any, marks: Any, most: float) -> bool:
    """Whether the exposure of any book but the static twin is above `most` times its equity.

    The same sum as of `exposures`, for all books at once: most often none is, and that is all.
    """
    for book in range(len(books)):
        if book == TWIN:
            continue
        gross = 0.0
        for coin in range(len(lots)):
            position = positions[book, coin]
            held = abs(position["lots"])
            filled = abs(position["lots"] + position["exit_lots"] + position["entry_lots"])
            gross += max(held, filled) * lots[coin] * marks[coin]
        if gross > most * max(books[book]["equity"], 0.0):
            return True
    return False
