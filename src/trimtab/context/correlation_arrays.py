"""What the correlation tracker's kernel works on: its arrays, and how they are read."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

READINGS = ("mean_correlation",)

CELL = np.dtype([
    ("clock", "i8"), ("rest", "i8"), ("close", "f8"), ("bars", "i8"), ("variance", "f8"),
    ("silent", "i8"), ("looks", "i8"), ("unrest", "f8"), ("unrest_of_means", "f8"),
    ("apart", "?"),
])  # fmt: skip
"""A coin's own memory. The market's are `clock`, rows since the last look; `rest`, rows until an
event may be told again; `apart`, from an event until all are back; `looks`, and by how much the squared statistics of pairs, and of coins,
have been above the one that they have where correlation is constant."""

PLANES = 10
(
    SHORT_SUM, SHORT_DIFFERENCE, LONG_SUM, LONG_DIFFERENCE,
    SUMS, PRODUCTS, DIFFERENCES, WEIGHT, SHIFT, STATE,
) = range(PLANES)  # fmt: skip
"""Means of sums and differences, now and usual; usual means of their squares and products; the
weight of the rows seen in the usual ones; the statistic at the last look; its state."""

TOGETHER, FALLEN, TOLD, NEWS = 0.0, 1.0, 2.0, 3.0
"""Fallen too far to be luck; told, and not back since; told by the last event (pairs only)."""

Means = NDArray[np.float64]
"""``means[plane, place]``: first the pairs, coin i and an earlier coin j at i (i - 1) / 2 + j; then
the coins, each the mean over its pairs; last the market, the mean over all pairs."""

Desk = NDArray[np.float64]
"""Scratch paper: ``desk[sheet, place]``."""
