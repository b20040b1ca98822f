"""An operator changes what is traded: coins are added to a running bot, and let go."""

from __future__ import annotations

import re

from msgspec.structs import replace

from trimtab.domain.commands import AddCrypto, RemoveCrypto
from trimtab.domain.configuration import Change
from trimtab.domain.units import Coin
from trimtab.mind.letting_go import close_positions
from trimtab.mind.lives import answered, change, mixed, move_on
from trimtab.mind.mind import Mind
from trimtab.mind.refusing import Obeyed, refuse, unknown

MOST_COINS = 100
"""Watched at once."""

_NAME = re.compile(r"[A-Za-z0-9:/_-]{1,24}")
_SO_ALREADY = "the mix is so already, nothing to change"


def change_mix(mind: Mind, command: AddCrypto | RemoveCrypto) -> Obeyed:
    """A person's own change of what is traded, or the reason why it is not made."""
    return _add(mind, command) if isinstance(command, AddCrypto) else _remove(mind, command)


def _add(mind: Mind, command: AddCrypto) -> Obeyed:
    """At once where the coin is watched; else its rules and history are asked for first."""
    obstacle = _obstacle_to_adding(mind, command)
    if obstacle is not None:
        return refuse(mind, command, obstacle)
    if command.coin not in mind.coins:
        cryptos, fact = mind.cryptos.awaited(command)
        return replace(mind, cryptos=cryptos), [fact]
    wanted = mixed(mind, command.coin, command.topics, traded=True)
    before = mind.cryptos.of_coin(command.coin)
    if not wanted.mix and before.life == "trading":
        return refuse(mind, command, f"{command.coin}: {_SO_ALREADY}")
    facts = answered(command.at, before.command, f"{command.coin} was added again")
    if before.life != "trading":
        cryptos, fact = mind.cryptos.entered(command)
        mind, facts = replace(mind, cryptos=cryptos), [*facts, fact]
    mind, more = change(mind, command.at, wanted, command.reason)
    return mind, [*facts, *more, *answered(command.at, command.id)]


def _remove(mind: Mind, command: RemoveCrypto) -> Obeyed:
    """Nothing more is opened; the coin is gone when nothing of it is held."""
    coin, at = command.coin, command.at
    obstacle = _obstacle_to_removing(mind, command)
    if obstacle is not None:
        return refuse(mind, command, obstacle)
    earlier = answered(at, mind.cryptos.of_coin(coin).command, f"{coin} was removed meanwhile")
    cryptos, fact = mind.cryptos.closing(command)
    mind, changes = change(replace(mind, cryptos=cryptos), at, _without(mind, coin), command.reason)
    facts = [*earlier, fact, *changes]
    if coin in mind.coins:
        mind, orders = close_positions(mind, at, (coin,), flatten=command.how == "now")
        facts += orders
    mind, moved = move_on(mind, at)
    return mind, [*facts, *moved]


def _without(mind: Mind, coin: Coin) -> Change:
    """Out of every mix, and its leverage as it was written: no contract may go on about it."""
    engine = mind.adaptation
    mixes = mixed(mind, coin, tuple(engine.configuration.mix), traded=False)
    own = engine.written.risk.coin_leverage.get(coin)
    return replace(mixes, coin_leverage={coin: own})


def _obstacle_to_adding(mind: Mind, command: AddCrypto) -> str | None:
    coin, topics = command.coin, mind.adaptation.configuration.topics
    names = tuple(topic.name for topic in topics)
    strangers = [topic for topic in command.topics if topic not in names]
    if strangers:
        return unknown("topic", strangers[0], names)
    if not command.topics:
        return f"{coin}: without a topic nothing would be traded: name one of {', '.join(names)}"
    silent = [one.name for one in topics if one.name in command.topics and _is_silent(one.kind)]
    if silent:
        return f"topic {silent[0]!r} tells no direction: nothing can be traded on it"
    if not _NAME.fullmatch(coin):
        return f"coin {coin!r} is no name of a market: write it as BTC"
    word = mind.safety.overrides.holding(coin)
    if word is not None and word.how == "ban":
        return f"{coin} is banned by {word.actor} ({word.reason}): end that override first"
    return _crowding(mind, coin)


def _crowding(mind: Mind, coin: Coin) -> str | None:
    if coin in mind.coins:
        return None
    if mind.cryptos.of_coin(coin).topics:
        return f"{coin} is on its way already: its history is being read"
    if len(mind.coins) + len(mind.cryptos.wanted) >= MOST_COINS:
        return f"{MOST_COINS} coins are watched already, and that is the most: remove one first"
    return None


def _is_silent(kind: str) -> bool:
    return kind not in {"log_return", "price"}


def _obstacle_to_removing(mind: Mind, command: RemoveCrypto) -> str | None:
    coin, tenure = command.coin, mind.cryptos.of_coin(command.coin)
    if coin not in mind.coins and tenure.life == "gone":
        return unknown("coin", coin, mind.coins)
    if tenure.life == "gone":
        return f"{coin}: {_SO_ALREADY}"
    word = mind.safety.overrides.holding(coin)
    if word is not None and word.how == "pin":
        return f"{coin} is pinned by {word.actor} ({word.reason}): end that override first"
    return _bad_deadline(command)


def _bad_deadline(command: RemoveCrypto) -> str | None:
    if command.how != "reduce_only":
        return "until is for reduce_only: leave it out" if command.until is not None else None
    if command.until is None:
        return "reduce_only needs until: the moment at which what is left is closed"
    if command.until <= command.at:
        return "until is not after now: give a moment that is still to come, or close now"
    return None
