"""Exposure: what a book holds, and what it would hold if all that works for it were filled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trimtab.domain.records import Records


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
