"""Coins go on in their life: into the mix once they are warm, away once the books are flat."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from trimtab.domain.configuration import Change
from trimtab.domain.decisions import CommandAnswered
from trimtab.domain.facts import Derived
from trimtab.domain.market_context import PHASES
from trimtab.domain.units import Coin, CommandId, Micros, TopicName
from trimtab.mind import at_venue
from trimtab.mind.adapting import governed, trials
from trimtab.mind.mind import Mind
from trimtab.trading.universe import is_flat

Told = tuple[Mind, list[Derived]]
_UNKNOWN = PHASES.index("unknown")


def move_on(mind: Mind, at: Micros) -> Told:
    """Every step that can be taken now."""
    facts: list[Derived] = []
    for coin in mind.cryptos.in_life("closing"):
        if at_venue.is_flat(mind, coin) and _is_flat(mind, coin):
            mind, more = _let_go(mind, at, coin)
            facts += more
    for coin in mind.cryptos.wanted:
        if coin in mind.coins and _is_warm(mind, mind.coins.index(coin)):
            mind, more = _enter(mind, at, coin)
            facts += more
    return mind, facts


def mixed(mind: Mind, coin: Coin, topics: tuple[TopicName, ...], *, traded: bool) -> Change:
    """The change that brings the coin into the mix of these topics, or takes it away."""
    mix = mind.adaptation.configuration.mix
    wanted = {topic: _with_or_without(mind, topic, coin, traded=traded) for topic in topics}
    return Change({topic: coins for topic, coins in wanted.items() if coins != mix.get(topic)})


def change(mind: Mind, at: Micros, change: Change, because: str) -> Told:
    """A person's change: contracts that touch its coins are superseded."""
    engine, facts = mind.adaptation.changed(at, change, because, trials(mind))
    return governed(mind, engine), [*facts]


def answered(at: Micros, command: CommandId, because: str = "") -> list[Derived]:
    """What became of a command, where somebody asks; `because`: why nothing did."""
    return [CommandAnswered(at, command, not because, because)] if command else []


def _let_go(mind: Mind, at: Micros, coin: Coin) -> Told:
    command = mind.cryptos.of_coin(coin).command
    cryptos, fact = mind.cryptos.gone(at, coin, "nothing is held and no order works")
    return replace(mind, cryptos=cryptos), [fact, *answered(at, command)]


def _enter(mind: Mind, at: Micros, coin: Coin) -> Told:
    tenure = mind.cryptos.of_coin(coin)
    cryptos, fact = mind.cryptos.traded(at, coin)
    mind = replace(mind, cryptos=cryptos)
    wanted = mixed(mind, coin, tenure.topics, traded=True)
    mind, facts = change(mind, at, wanted, tenure.because) if wanted.mix else (mind, [])
    return mind, [fact, *facts, *answered(at, tenure.command)]


def _is_flat(mind: Mind, coin: Coin) -> bool:
    return coin not in mind.coins or is_flat(mind.books, mind.coins.index(coin))


def _is_warm(mind: Mind, place: int) -> bool:
    """Whether the context knows the coin: its phase, its volatility and its price."""
    return bool(
        mind.context.phases[place] != _UNKNOWN
        and np.isfinite(mind.context.sigmas[place])
        and mind.books.marks[place] > 0.0
    )


def _with_or_without(mind: Mind, topic: TopicName, coin: Coin, *, traded: bool) -> tuple[Coin, ...]:
    """The topic's coins, in the order of the feed."""
    coins = {*mind.adaptation.configuration.mix.get(topic, ())} - {coin}
    if traded:
        coins |= {coin}
    return tuple(each for each in mind.coins if each in coins)
