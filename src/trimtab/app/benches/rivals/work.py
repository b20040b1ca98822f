"""The common work: an SMA cross, always in the market, of whole lots at the next bar's open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Bars = NDArray[np.float64]
"""[row, field]: open, high, low, close, volume of one coin's minutes."""

FAST, SLOW = 50, 200
FEE = 0.00055
"""Of the notional, a side."""
NOTIONAL = 1_000.0
"""Of each position, at the close that gave the signal."""
LOT_DECIMALS = 5
LOT = 10.0**-LOT_DECIMALS
CASH = 1e9
"""Of those who ask for it: never scarce."""
FIRST = 1_704_067_200
"""Open of the first bar: seconds since 1970, UTC."""
MINUTE = 60


class Trade(NamedTuple):
    """A position from its entry to its exit; rows are the bars at whose open it was filled."""

    entered: int
    left: int
    lots: int
    """Negative: short."""
    entry: float
    exit: float
    profit: float
    """After the fees of both sides."""


class Run(NamedTuple):
    """One run of a library."""

    cpu_s: float
    """From bars as the library wants them to its trades."""
    trades: list[Trade]


def lots_at(close: Any) -> Any:
    """Whole lots for a signal at this close; of a number or an array."""
    return np.floor(NOTIONAL / (close * LOT) + 1e-9)


def trades_of(fills: Iterable[tuple[int, int, float]]) -> list[Trade]:
    """From fills (row, signed lots, price) that turn a position around: closed trades.

    A fill that turns from long to short counts as the exit of the one and the entry of the other.
    """
    trades: list[Trade] = []
    held, entered, entry = 0, 0, 0.0
    for row, lots, price in fills:
        if held:
            fees = FEE * abs(held) * LOT * (entry + price)
            profit = held * LOT * (price - entry) - fees
            trades.append(Trade(entered, row, held, entry, price, profit))
        held, entered, entry = held + lots, row, price
    return trades
