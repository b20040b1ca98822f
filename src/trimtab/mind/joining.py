"""A running bot's coins come and go: all that is kept by coin grows or shrinks, and the rest stands."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from trimtab.context.market_context_engine import MarketContextEngine
from trimtab.domain.configuration import Instrument
from trimtab.domain.facts import Derived
from trimtab.domain.observations import CLOSE, Bars, CoinListed, CoinUnavailable, Row
from trimtab.domain.units import Coin
from trimtab.mind.in_force import configurations, without
from trimtab.mind.lives import answered, move_on
from trimtab.mind.mind import Mind
from trimtab.trading.books import Books
from trimtab.trading.orders import Teller
from trimtab.trading.universe import is_flat, of_universe

Told = tuple[Mind, list[Derived]]


def joined(mind: Mind, fact: CoinListed | CoinUnavailable) -> Told:
    """A coin that was asked for is watched from now on; traded at once if its history is enough.

    Or it cannot be had. What nobody asked for, or asks for no longer, changes nothing.
    """
    coin = _coin_of(fact)
    if coin in mind.coins or coin not in mind.cryptos.wanted:
        return mind, []
    if isinstance(fact, CoinUnavailable):
        return _given_up(mind, fact, fact.reason)
    return _watched(mind, fact)


def _watched(mind: Mind, listed: CoinListed) -> Told:
    if listed.interval != mind.books.interval:
        other = f"its bars are of {listed.interval / 1e6:g} s, the bot's of "
        return _given_up(mind, listed, f"{other}{mind.books.interval / 1e6:g} s")
    history = _history(mind, listed)
    context = mind.context.joined_by(_coin_of(listed), history)
    mind = over(mind, (*mind.instruments, listed.instrument), context)
    return move_on(_marked(mind, history), listed.at)


def without_the_gone(mind: Mind) -> Mind:
    """Coins that joined later and have gone leave, as soon as no book but the twin holds them.

    The coins of the start stay: the static twin goes on trading them.
    """
    if len(mind.started.instruments) == len(mind.instruments):
        return mind
    own = {one.coin for one in mind.started.instruments}
    staying = tuple(one for one in mind.instruments if one.coin in own or not _may_leave(mind, one))
    return mind if len(staying) == len(mind.instruments) else over(mind, staying)


def over(
    mind: Mind, instruments: tuple[Instrument, ...], context: MarketContextEngine | None = None
) -> Mind:
    """The mind for other coins; those that stay are as they were. `context`: theirs, if it is warm."""
    coins = tuple(one.coin for one in instruments)
    places = [mind.coins.index(coin) if coin in mind.coins else -1 for coin in coins]
    books = mind.books if len(coins) > len(mind.coins) else mind.books.rebased()
    ghosts = tuple(
        replace(one, books=of_universe(one.books, instruments, [without(mind, one, coins)]))
        for one in mind.ghosts
    )
    topics = mind.adaptation.configuration.topics
    return replace(
        mind,
        instruments=instruments,
        teller=Teller.of(mind.started.bot, instruments, topics),
        context=mind.context.joined(coins) if context is None else context,
        accuracy=mind.accuracy.joined(coins),
        strategy=mind.strategy.joined(places),
        books=of_universe(books, instruments, configurations(mind, coins)),
        ghosts=ghosts,
    )


def _may_leave(mind: Mind, instrument: Instrument) -> bool:
    coin = instrument.coin
    place = mind.coins.index(coin)
    gone = mind.cryptos.of_coin(coin).life == "gone"
    return gone and all(is_flat(one, place) for one in (mind.books, *_ghosts(mind)))


def _ghosts(mind: Mind) -> tuple[Books, ...]:
    return tuple(one.books for one in mind.ghosts)


def _coin_of(fact: CoinListed | CoinUnavailable) -> Coin:
    return fact.coin if isinstance(fact, CoinUnavailable) else fact.instrument.coin


def _given_up(mind: Mind, fact: CoinListed | CoinUnavailable, because: str) -> Told:
    coin = _coin_of(fact)
    command = mind.cryptos.of_coin(coin).command
    cryptos, gone = mind.cryptos.gone(fact.at, coin, because)
    mind = replace(mind, cryptos=cryptos)
    return mind, [gone, *answered(fact.at, command, f"{coin}: {because}")]


def _history(mind: Mind, listed: CoinListed) -> Bars | None:
    """The newcomer's bars [row, field, 1] up to the mind's last one; None without any."""
    late = (listed.closed - mind.books.closed) // listed.interval
    rows = [*listed.history[: len(listed.history) - max(late, 0)], *[None] * max(-late, 0)]
    rows = rows[-MOST:]
    if not any(rows):
        return None
    bars = np.array([_NO_BAR if row is None else row for row in rows])[:, :, np.newaxis]
    bars.flags.writeable = False
    return bars


_NO_BAR: Row = (np.nan, np.nan, np.nan, np.nan, np.nan)

MOST = 20_000
"""Rows of history that are looked at."""


def _marked(mind: Mind, history: Bars | None) -> Mind:
    """The newcomer's last price."""
    closes = np.zeros(0) if history is None else history[:, CLOSE, 0]
    known = closes[closes > 0.0]
    if not len(known):
        return mind
    marks = mind.books.marks.copy()
    marks[-1] = known[-1]
    ghosts = tuple(one.changed(lambda own: replace(own, marks=marks)) for one in mind.ghosts)
    return replace(mind, books=replace(mind.books, marks=marks), ghosts=ghosts)
