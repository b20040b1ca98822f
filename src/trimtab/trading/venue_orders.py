"""From what the bot decided to what is asked of a venue, whose positions are its own.

The book that decides is filled by the model and may differ from the venue. The rule: the venue never
holds more than was decided. What exceeds it is closed; what is missing is not chased.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from msgspec.structs import replace

from trimtab.domain.canonical import order_id
from trimtab.domain.decisions import OrderCancelIntended, OrderIntended, Purpose
from trimtab.domain.observations import OrderCancelled, OrderFilled
from trimtab.domain.units import SECOND, Coin, Micros, OrderId
from trimtab.trading.orders import BECAUSE, PURPOSES, OrderFact
from trimtab.trading.venue_book import VenueBook, Working

Asked = OrderIntended | OrderCancelIntended

SMALLEST = Decimal(11)
"""USD: a part of a position below this is left; venues refuse orders of less than 10."""

PATIENCE = Micros(10 * SECOND)
"""After a refused stop, before it is tried again."""


class Told(NamedTuple):
    """The book, and what is asked of the venue."""

    book: VenueBook
    asked: list[Asked]


def decided(book: VenueBook, facts: Iterable[OrderFact]) -> Told:
    """What the deciding book did, as orders to the venue; its fills are a model's and not told."""
    asked: list[Asked] = []
    for fact in facts:
        book, more = _decided(book, fact)
        asked += more
    return Told(book, asked)


def protected(book: VenueBook, bot: str, at: Micros, coins: Iterable[Coin] = ()) -> Told:
    """Every position has its stop, and no stop is left without its position. No coins: all."""
    asked: list[Asked] = []
    for coin in coins or _coins(book):
        book, more = _protected(book, bot, at, coin)
        asked += more
    return Told(book, asked)


def without_excess(book: VenueBook, bot: str, at: Micros, wanted: Mapping[Coin, Decimal]) -> Told:
    """Closes what the venue holds beyond `wanted` (signed), where nothing works that would."""
    asked: list[Asked] = []
    for coin in book.holdings:
        if coin not in book.kept and not _leaves(book, coin):
            excess = _excess(book, coin, wanted.get(coin, Decimal(0)))
            if excess:
                book, order = _reducing(book, bot, at, coin, "excess", excess)
                asked.append(order)
    return Told(book, asked)


def closed(book: VenueBook, bot: str, at: Micros, coins: Sequence[Coin], *, flatten: bool) -> Told:
    """Entries are cancelled; `flatten` closes positions as well, also those nobody decided on."""
    asked: list[Asked] = []
    for coin in coins or _coins(book):
        for one in book.of_coin(coin):
            if not one.order.reduce_only and one.state != "cancelling":
                book, cancel = _cancelled(book, at, one, "entries are cancelled on command")
                asked.append(cancel)
        if flatten and book.held(coin) and not _leaves(book, coin):
            book, order = _reducing(book, bot, at, coin, "flatten", abs(book.held(coin)))
            asked.append(order)
    return Told(book, asked)


def _decided(book: VenueBook, fact: OrderFact) -> Told:
    match fact:
        case OrderFilled():
            return Told(book, [])
        case OrderCancelled():
            working = book.working.get(fact.order)
            if working is None or working.state == "cancelling":
                return Told(book, [])
            book, cancel = _cancelled(book, fact.at, working, fact.reason)
            return Told(book, [cancel])
        case OrderIntended() if fact.reduce_only:
            return _exit(book, fact)
        case OrderIntended():
            return Told(book.intends(fact), [fact])


def _exit(book: VenueBook, order: OrderIntended) -> Told:
    """All that the venue holds, and an entry that works is cancelled: it may still be filled."""
    asked: list[Asked] = []
    for one in book.of_coin(order.coin):
        if not one.order.reduce_only and one.state != "cancelling" and _was_before(one, order):
            book, cancel = _cancelled(book, order.at, one, "its position is being closed")
            asked.append(cancel)
    held = book.held(order.coin)
    if not held or _side_against(held) != order.side or _leaves(book, order.coin):
        return Told(book, asked)
    whole = replace(order, size=abs(held))
    return Told(book.intends(whole), [*asked, whole])


def _protected(book: VenueBook, bot: str, at: Micros, coin: Coin) -> Told:
    held, stop = book.held(coin), book.stop_of(coin)
    asked: list[Asked] = []
    if stop is not None and (not held or stop.order.side != _side_against(held)):
        book, cancel = _cancelled(book, at, stop, "its position is closed")
        asked.append(cancel)
        stop = None
    if not held or stop is not None or at < book.refused.get(coin, -PATIENCE) + PATIENCE:
        return Told(book, asked)
    order = _order(book, bot, at, coin, "protect", abs(held))
    distance = book.policy.stop if held < 0 else -book.policy.stop
    trigger = book.holdings[coin].entry * (1 + Decimal(str(distance)))
    order = replace(order, trigger_price=trigger)
    return Told(book.intends(order), [*asked, order])


def _excess(book: VenueBook, coin: Coin, wanted: Decimal) -> Decimal:
    """Unsigned; 0 where it is too little to be closed by itself."""
    holding = book.holdings[coin]
    if holding.size * wanted <= 0:
        return abs(holding.size)
    beyond = abs(holding.size) - abs(wanted)
    return beyond if beyond * holding.entry >= SMALLEST else Decimal(0)


def _leaves(book: VenueBook, coin: Coin) -> bool:
    """Whether an exit works already."""
    return any(
        one.order.reduce_only and one.order.purpose != "protect" for one in book.of_coin(coin)
    )


def _was_before(one: Working, order: OrderIntended) -> bool:
    return one.order.at < order.at


def _cancelled(
    book: VenueBook, at: Micros, one: Working, because: str
) -> tuple[VenueBook, OrderCancelIntended]:
    order = one.order
    asked = OrderCancelIntended(at, order.order, order.coin, because)
    return book.cancelling(order.order), asked


def _reducing(
    book: VenueBook, bot: str, at: Micros, coin: Coin, purpose: Purpose, size: Decimal
) -> tuple[VenueBook, OrderIntended]:
    order = _order(book, bot, at, coin, purpose, size)
    return book.intends(order), order


def _order(
    book: VenueBook, bot: str, at: Micros, coin: Coin, purpose: Purpose, size: Decimal
) -> OrderIntended:
    name = _unused(book, bot, coin, at, PURPOSES.index(purpose))
    side = _side_against(book.held(coin))
    return OrderIntended(at, name, coin, side, size, purpose, True, None, BECAUSE[purpose])


def _unused(book: VenueBook, bot: str, coin: Coin, at: Micros, purpose: int) -> OrderId:
    """An id is of coin, moment and purpose; a second one of the same moment takes the next."""
    moment = at
    while (name := order_id(bot, coin, moment, purpose)) in book.working:
        moment = Micros(moment + 1)
    return name


def _side_against(held: Decimal) -> Literal["buy", "sell"]:
    return "sell" if held > 0 else "buy"


def _coins(book: VenueBook) -> tuple[Coin, ...]:
    orders = (one.order.coin for one in book.working.values())
    return tuple(dict.fromkeys((*book.holdings, *orders)))
