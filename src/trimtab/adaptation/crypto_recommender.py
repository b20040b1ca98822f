"""Which coins to trade on which topic now: add, keep or drop, each with its reason."""

from __future__ import annotations

from typing import NamedTuple

from trimtab.adaptation.allora_optimizer import Standing
from trimtab.domain.configuration import Configuration, Gate, Mix
from trimtab.domain.units import Coin, TopicName

ENOUGH = 30.0
"""Independent outcomes below which a pair is not dropped: it has not had its chance."""


class Recommendation(NamedTuple):
    """A mix, and what tells it from the one in force."""

    mix: Mix
    """Only the topics that change."""
    added: tuple[Standing, ...]
    dropped: tuple[Standing, ...]


def recommend(
    configuration: Configuration, standings: tuple[Standing, ...], written: Configuration
) -> Recommendation:
    """Coins whose edge is likely come in, coins whose edge is unlikely go out.

    Only coins that the user wrote into a topic's mix are ever added; hysteresis as in the gate.
    """
    gate = configuration.gate or Gate()
    added = tuple(
        one
        for one in standings
        if _allowed(written, one) and not _traded(configuration, one)
        and one.probability > gate.enter
    )  # fmt: skip
    dropped = tuple(
        one
        for one in standings
        if _traded(configuration, one) and one.n_effective >= ENOUGH
        and one.probability < gate.leave
    )  # fmt: skip
    return Recommendation(_mix(configuration, written, added, dropped), added, dropped)


def _mix(
    configuration: Configuration,
    written: Configuration,
    added: tuple[Standing, ...],
    dropped: tuple[Standing, ...],
) -> Mix:
    return {
        topic: _coins(configuration, written.mix[topic], topic, added, dropped)
        for topic in sorted({one.topic for one in (*added, *dropped)})
    }


def _coins(
    configuration: Configuration,
    order: tuple[Coin, ...],
    topic: TopicName,
    added: tuple[Standing, ...],
    dropped: tuple[Standing, ...],
) -> tuple[Coin, ...]:
    coins = set(configuration.mix.get(topic, ()))
    coins |= {one.coin for one in added if one.topic == topic}
    coins -= {one.coin for one in dropped if one.topic == topic}
    return tuple(coin for coin in order if coin in coins)


def _allowed(written: Configuration, one: Standing) -> bool:
    return one.coin in written.mix.get(one.topic, ())


def _traded(configuration: Configuration, one: Standing) -> bool:
    return one.coin in configuration.mix.get(one.topic, ())
