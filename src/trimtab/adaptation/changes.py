"""Changes of configuration: applied, exactly undone, and taken back among later changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from msgspec.structs import replace

from trimtab.domain.configuration import Change, Configuration, Mix
from trimtab.domain.units import Coin

Coins = tuple[Coin, ...]
Key = TypeVar("Key", bound=str)
Value = TypeVar("Value")


def applied(configuration: Configuration, change: Change) -> Configuration:
    """The configuration with the change made."""
    mix, risk = changed(configuration.mix, change.mix), configuration.risk
    limits = changed(risk.coin_leverage, change.coin_leverage)
    guards = changed(risk.slippage_guard, change.slippage_guard)
    stops = changed(risk.stop_scale, change.stop_scale)
    risk = replace(risk, coin_leverage=limits, slippage_guard=guards, stop_scale=stops)
    return replace(configuration, mix=mix, risk=risk)


def changed(entries: Mapping[Key, Value], change: Mapping[Key, Value | None]) -> dict[Key, Value]:
    """The entries with those of the change: None takes one away. In the order of the keys."""
    both: dict[Key, Value | None] = {**entries, **change}
    return {key: value for key, value in sorted(both.items()) if value is not None}


def inverse(configuration: Configuration, change: Change) -> Change:
    """The change that takes `change` back: applied after it, gives `configuration` again."""
    risk = configuration.risk
    return Change(
        {topic: configuration.mix.get(topic) for topic in change.mix},
        {coin: risk.coin_leverage.get(coin) for coin in change.coin_leverage},
        {coin: risk.slippage_guard.get(coin) for coin in change.slippage_guard},
        {coin: risk.stop_scale.get(coin) for coin in change.stop_scale},
    )


def taken_back(
    configuration: Configuration, change: Change, undo: Change, order: Mix
) -> Configuration:
    """`configuration` without `change` (`undo`: its exact inverse), whatever came after it.

    Where another change has altered a topic's mix since, only the coins of this one come or go;
    `order` says in which order a topic's coins stand.
    """
    mix = {
        topic: _own_steps_undone(
            configuration.mix.get(topic), change.mix[topic], before, order.get(topic, ())
        )
        for topic, before in undo.mix.items()
    }
    return applied(configuration, replace(undo, mix=mix))


def _own_steps_undone(
    now: Coins | None, after: Coins | None, before: Coins | None, order: Coins
) -> Coins | None:
    if now == after:
        return before
    came, went = {*(after or ())} - {*(before or ())}, {*(before or ())} - {*(after or ())}
    wanted = {*(now or ())} - came | went
    rank = {coin: place for place, coin in enumerate(order)}
    return tuple(sorted(wanted, key=lambda coin: (rank.get(coin, len(rank)), coin)))


def scope_of(configuration: Configuration, change: Change) -> Coins:
    """The coins that the change touches: whose limits it sets, or that come into or leave a mix."""
    moved = {
        coin
        for topic, coins in change.mix.items()
        for coin in {*(coins or ())} ^ {*configuration.mix.get(topic, ())}
    }
    limited = {*change.coin_leverage, *change.slippage_guard, *change.stop_scale}
    return tuple(sorted(limited | moved))
