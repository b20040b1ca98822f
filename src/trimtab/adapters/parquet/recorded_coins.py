"""Coins of a record that a running bot may ask for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from trimtab.adapters.parquet.candles import Candles
from trimtab.domain.configuration import Instrument
from trimtab.domain.observations import CLOSE, CoinListed, CoinUnavailable, Row
from trimtab.domain.units import Coin, Micros

HISTORY = 2_000
"""Rows that are told at most: twelve weeks of hours, after which every analyzer is warm."""


class RecordedCoins(Struct, frozen=True, eq=False):
    """A `ports.CoinSource` over candles: what had closed at the moment of the question."""

    candles: Candles
    instruments: tuple[Instrument, ...]
    """In the order of the candles' coins."""

    def look_up(self, coin: Coin, at: Micros) -> CoinListed | CoinUnavailable:
        """Never raises: a coin that is not there is told to be unavailable."""
        candles = self.candles
        if coin not in candles.coins:
            known = ", ".join(candles.coins)
            return CoinUnavailable(at, coin, f"there is no market of it here; there are {known}")
        place = candles.coins.index(coin)
        stop = int(np.searchsorted(candles.closes_at, at, "right"))
        bars = candles.bars[max(0, stop - HISTORY) : stop, :, place]
        closed = Micros(int(candles.closes_at[stop - 1])) if stop else at
        return CoinListed(at, self.instruments[place], candles.interval, closed, _rows(bars))


def _rows(bars: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> tuple[Row | None, ...]:
    listed: Sequence[list[float]] = bars.tolist()
    return tuple(
        (row[0], row[1], row[2], row[3], row[4]) if row[CLOSE] > 0.0 else None for row in listed
    )
