"""Books over other coins: some join, some leave, and those that stay are bit for bit as they were."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from trimtab.domain.configuration import Configuration, Instrument
from trimtab.domain.records import Records
from trimtab.trading.books import Books
from trimtab.trading.policies import Policies
from trimtab.trading.records import ACTUAL, EVENT, POSITION, TRADE, TRIAL


def of_universe(
    books: Books, instruments: Sequence[Instrument], configurations: Sequence[Configuration]
) -> Books:
    """The books under these configurations (one a book), with a column for each instrument.

    What leaves must be flat in every book. Raises ValueError where it is not.
    """
    coins = tuple(one.coin for one in instruments)
    for place, coin in enumerate(books.coins):
        if coin not in coins and books.positions["lots"][:, place].any():
            raise ValueError(f"{coin}: a book still holds a position: it cannot leave yet")
    places = [books.coins.index(coin) if coin in books.coins else -1 for coin in coins]
    policies = Policies.of(configurations, coins)
    return replace(
        books,
        coins=coins,
        lots=np.array([10.0**-one.size_decimals for one in instruments]),
        minimums=np.array([one.minimum_notional for one in instruments]),
        policies=policies,
        positions=_taken(books.positions, places, POSITION),
        gates=_taken(books.gates, places, np.bool_),
        marks=_taken(books.marks, places, np.float64),
        events=np.zeros(0, EVENT),
        trades=np.zeros(0, TRADE),
    )


def alone(books: Books) -> Books:
    """The actual book by itself, to take a course of its own. Govern it next."""
    return replace(
        books,
        records=books.records[[ACTUAL]],
        positions=books.positions[[ACTUAL]],
        gates=books.gates[[ACTUAL]],
        trials=np.zeros(0, TRIAL),
        events=np.zeros(0, EVENT),
        trades=np.zeros(0, TRADE),
    )


def is_flat(books: Books, place: int) -> bool:
    """Whether the actual book holds nothing of the coin, and no order works for it."""
    position = books.positions[ACTUAL, place]
    return not (position["lots"] or position["entry_lots"] or position["exit_lots"])


def _taken(columns: NDArray[Any], places: Sequence[int], kind: Any) -> Records:
    """[..., coin]: the columns at these places; zeros where a place is -1."""
    taken = np.zeros((*columns.shape[:-1], len(places)), kind)
    for here, place in enumerate(places):
        if place >= 0:
            taken[..., here] = columns[..., place]
    return taken
