"""Collects round trips and the contexts they began in, as a run passes by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trimtab.domain.records import Records
from trimtab.domain.units import Coin, Micros
from trimtab.lab.round_trips import RoundTrips
from trimtab.mind.mind import Mind
from trimtab.trading.records import TRADE


class TradeLog:
    """Shown the mind after every stretch of bars; keeps what the cuts need."""

    def __init__(self) -> None:
        self._coins: tuple[Coin, ...] = ()
        self._trips: list[Records] = []
        self._at: list[int] = []
        self._phases: list[int] = []
        self._regimes: list[NDArray[np.int64]] = []

    def see(self, mind: Mind) -> None:
        """After a stretch of bars."""
        books, context = mind.books, mind.context
        self._coins = books.coins
        if len(books.trades):
            self._trips.append(books.trades)
        self._at.append(books.closed)
        self._phases.append(context.market_phase)
        self._regimes.append(context.volatility_regimes)

    @property
    def phases(self) -> list[tuple[Micros, int]]:
        """When the market's phase became which (index in PHASES); the first one too."""
        pairs = zip(self._at, self._phases, strict=True)
        changes: list[tuple[Micros, int]] = []
        for at, phase in pairs:
            if not changes or changes[-1][1] != phase:
                changes.append((Micros(at), phase))
        return changes

    @property
    def round_trips(self) -> RoundTrips:
        """All so far. A trip began in the context of the last close before it, or at it."""
        trips = np.concatenate([np.zeros(0, TRADE), *self._trips])
        rows = np.searchsorted(np.array(self._at), trips["opened"], "right") - 1
        return RoundTrips(
            self._coins,
            trips["book"],
            trips["coin"],
            trips["closed"],
            trips["notional"],
            trips["net"],
            np.array(self._phases, np.int64)[rows],
            np.array(self._regimes)[rows, trips["coin"]],
        )
