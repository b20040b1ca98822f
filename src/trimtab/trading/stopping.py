"""Stop: entries of the actual book are cancelled at once; `flatten` sends its positions home."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from msgspec.structs import replace

from trimtab.domain.records import Records
from trimtab.domain.units import Coin, Micros
from trimtab.trading.books import Books
from trimtab.trading.records import ACTUAL, CANCELLED, ENTRY, EVENT, FLATTEN, INTENDED


def stopped(books: Books, at: Micros, *, flatten: bool, coins: Iterable[Coin] = ()) -> Books:
    """The books after a stop; `happened` tells what was cancelled and what is to be closed.

    `coins`: only these; none named: all.
    """
    chosen = [books.coins.index(coin) for coin in coins] or range(len(books.coins))
    positions, events = books.positions.copy(), np.zeros(2 * len(books.coins), EVENT)
    own = positions[ACTUAL]
    news = 0
    for coin in [place for place in chosen if own[place]["entry_lots"]]:
        position = own[coin]
        _note(events[news], CANCELLED, coin, ENTRY, int(position["entry_lots"]), position, at)
        events[news]["ordered_at"] = position["entry_at"]
        position["entry_lots"] = 0
        news += 1
    for coin in [place for place in chosen if flatten and own[place]["lots"]]:
        position = own[coin]
        if position["exit_lots"] == 0:
            position["exit_lots"] = -position["lots"]
            position["exit_at"] = at
            position["exit_purpose"] = FLATTEN
            _note(events[news], INTENDED, coin, FLATTEN, int(position["exit_lots"]), position, at)
            news += 1
    working = bool((own["entry_lots"] != 0).any() or (own["exit_lots"] != 0).any())
    return replace(books, positions=positions, events=events[:news], working=working)


def _note(
    event: Records, kind: int, coin: int, purpose: int, lots: int, position: Records, at: Micros
) -> None:
    event["kind"], event["coin"], event["purpose"], event["lots"] = kind, coin, purpose, lots
    event["topic"] = position["topic"]
    event["at"] = event["ordered_at"] = at
