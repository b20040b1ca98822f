"""Cells: one record per coin and, last, one for the market; kernels write into copies only."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp2
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trimtab.domain.observations import Bars
from trimtab.domain.records import layout, memory_of
from trimtab.domain.units import HOUR, MARKET, Coin, Micros

Cells = NDArray[Any]


Dials = NDArray[Any]
"""The parameters as kernels want them: one record."""


def dials_of(**values: float) -> Dials:
    """The values as an array of one record, which a kernel takes faster than a tuple."""
    fields = [(name, "i8" if isinstance(value, int) else "f8") for name, value in values.items()]
    return np.array([tuple(values.values())], layout(fields))


def copied(cells: Cells, kind: np.dtype[Any], bars: Bars) -> Cells:
    """A copy for a kernel to write into. Raises ValueError if the bars are of other coins.

    By way of bytes and with the module's own layout, which numba then knows by identity: a
    quarter of the time of a copy of records.
    """
    refuse_other_coins(cells, bars)
    return np.ndarray(len(cells), kind, memory_of(cells))


def refuse_other_coins(cells: Cells, bars: Bars) -> None:
    """Raises ValueError if the bars are of other coins than the cells."""
    if bars.shape[2] != len(cells) - 1:
        raise ValueError(
            f"bars of {bars.shape[2]} coins for {len(cells) - 1}: join the coins first"
        )


def rejoined(
    cells: Cells, before: tuple[Coin, ...], fresh: Cells, after: tuple[Coin, ...]
) -> Cells:
    """`fresh` cells for `after`, in which coins (and the market) that were there `before` go on."""
    place = {coin: index for index, coin in enumerate((*before, MARKET))}
    for index, coin in enumerate((*after, MARKET)):
        if coin in place:
            fresh[index] = cells[place[coin]]
    return fresh


def gain(halflife_hours: float, interval: Micros) -> float:
    """Weight of the newest bar in an exponentially weighted mean of this half-life."""
    return 1.0 - exp2(-interval / (halflife_hours * HOUR))


def rows_in(hours: float, interval: Micros) -> int:
    """How many bars of `interval` make up `hours`; at least one."""
    return max(1, round(hours * HOUR / interval))


def fresh_cells(count: int, kind: np.dtype[Any], **beginnings: float) -> Cells:
    """`count` cells that have seen nothing; `beginnings` are fields that do not start at zero."""
    cells: Cells = np.zeros(count, kind)
    for name, value in beginnings.items():
        cells[name] = value
    return cells


def told(cells: Cells, *fields: str) -> Iterator[tuple[Any, ...]]:
    """The fields of each cell as plain Python values, the market's last."""
    return zip(*(cells[field].tolist() for field in fields), strict=True)


def places(cells: Cells, flag: str) -> list[int]:
    """Where the flag is up."""
    up: list[int] = np.flatnonzero(cells[flag]).tolist()
    return up
