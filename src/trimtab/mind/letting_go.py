"""Coins that are to hold nothing: entries are cancelled, and positions closed if that is asked."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from trimtab.domain.facts import Derived
from trimtab.domain.observations import OrderRejected
from trimtab.domain.units import Coin, Micros
from trimtab.mind.at_venue import closes, ordered
from trimtab.mind.mind import Mind
from trimtab.trading.books import Books
from trimtab.trading.records import ACTUAL
from trimtab.trading.stopping import stopped


def close_positions(
    mind: Mind, at: Micros, coins: Sequence[Coin] = (), *, flatten: bool
) -> tuple[Mind, list[Derived]]:
    """For these coins, or for all if none is named. What would go on without an override follows.

    Counterfactuals start again from the actual book: trials measure changes, not this.
    """

    def after(books: Books) -> Books:
        return stopped(books, at, flatten=flatten, coins=coins)

    books = after(mind.books)
    told = mind.teller.tell(books.happened())
    ghosts = tuple(one.changed(after) for one in mind.ghosts)
    after_all = replace(mind, books=books.rebased(), ghosts=ghosts)
    again, orders = ordered(after_all, told)
    again, more = closes(again, at, coins, flatten=flatten)
    return again, [*orders, *more]


def let_go(mind: Mind, fact: OrderRejected) -> tuple[Mind, list[Derived]]:
    """An entry that will never be filled works no longer; nothing where it does not work anyway."""
    if fact.order not in mind.teller.entries(mind.books.positions[ACTUAL]):
        return mind, []
    return close_positions(mind, fact.at, (fact.coin,), flatten=False)
