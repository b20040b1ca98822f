"""Bars made of given moves, for tests of one analyzer at a time."""

from __future__ import annotations

from typing import Protocol, Self, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trimtab.domain.event_types import MarketEvent
from trimtab.domain.observations import Bars
from trimtab.domain.units import Coin, Micros

ONE = (Coin("AAA"),)


class Watcher(Protocol):
    """An analyzer, as far as `watch` is concerned."""

    def advance(self, bars: Bars, start: int, limit: int) -> tuple[Self, int]: ...

    def events(self, at: Micros) -> tuple[MarketEvent, ...]: ...


T = TypeVar("T", bound=Watcher)


def names(count: int) -> tuple[Coin, ...]:
    return tuple(Coin(f"C{place}") for place in range(count))


def moving(moves: ArrayLike, volumes: ArrayLike | None = None) -> Bars:
    """Bars whose closes follow log returns[row, coin] (or [row]); NaN returns are missing bars."""
    table: NDArray[np.float64] = np.asarray(moves, np.float64)
    table = table.reshape(len(table), -1)
    closes = 100.0 * np.exp(np.cumsum(np.nan_to_num(table), axis=0))
    opens = np.vstack([np.full((1, closes.shape[1]), 100.0), closes[:-1]])
    volume = np.full(closes.shape, 1000.0)
    if volumes is not None:
        volume[:] = np.reshape(np.asarray(volumes, np.float64), (len(table), -1))
    sides = [opens, np.maximum(opens, closes), np.minimum(opens, closes), closes, volume]
    bars = np.ascontiguousarray(np.stack(sides, axis=1))
    bars[np.isnan(table)[:, np.newaxis, :].repeat(5, axis=1)] = np.nan
    bars.flags.writeable = False
    return bars


def watch(state: T, bars: Bars) -> tuple[T, list[MarketEvent]]:
    """The state after all rows, and the events, each at the number of its row (from 1)."""
    row, seen = 0, list[MarketEvent]()
    while row < len(bars):
        state, row = state.advance(bars, row, len(bars))
        seen += state.events(Micros(row))
    return state, seen
