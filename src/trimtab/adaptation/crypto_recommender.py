"""Which coins to trade on which topic now: traded, candidate or dropped, each with its reason.

The gate asks every hour whether a forecast is worth its costs. The mix is slower: it holds the pairs
of which that may come true while the market stays in its phase, so that they need not be looked at,
warmed up and paid for otherwise.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from trimtab.adaptation.allora_optimizer import FEW, Standing
from trimtab.adaptation.situation import Situation
from trimtab.domain.configuration import Configuration, Gate, Mix
from trimtab.domain.units import Coin, Micros, TopicName

LIKELY = 0.5
"""A prospect from which a pair may come in: likelier than not, somewhere within the phase."""

LEAST_GAIN = 0.5
"""Bp a trade, after the penalty, that a coin has to promise to be worth a change of the mix."""


class Recommendation(NamedTuple):
    """A mix, and what tells it from the one in force."""

    mix: Mix
    """Only the topics that change."""
    added: tuple[Standing, ...]
    dropped: tuple[Standing, ...]
    traded: tuple[Standing, ...]
    """In the mix, and worth their costs at this moment."""
    candidates: tuple[Standing, ...]
    """In the mix, and not worth their costs now: the gate is closed, but it may open."""


def recommend(
    configuration: Configuration, standings: tuple[Standing, ...], situation: Situation
) -> Recommendation:
    """Coins with a likely edge in this phase come in, coins without a prospect in it go out.

    Only coins that the user wrote into a topic's mix are ever added. A pair goes out when it is as
    sure that it has no prospect as the gate has to be that there is an edge, and comes in again as
    soon as it likely has one: in the mix it costs nothing, for the gate is asked each time. A pair whose coin was touched less than the topic's horizon ago stays as it is: at most one change
    of a topic's mix a horizon.
    """
    gate = configuration.gate or Gate()
    horizons = {topic.name: topic.horizon for topic in configuration.topics}
    settled = tuple(one for one in standings if _is_settled(one, horizons[one.topic], situation))
    added = tuple(
        one
        for one in settled
        if one.coin in situation.written.mix.get(one.topic, ())
        and not _in_mix(configuration, one)
        and one.prospect > LIKELY
        and penalised(configuration, situation, one) > LEAST_GAIN
    )
    dropped = tuple(
        one
        for one in settled
        if _in_mix(configuration, one)
        and one.n_effective >= FEW
        and one.prospect < 1.0 - gate.enter
    )
    staying = [one for one in standings if _in_mix(configuration, one) and one not in dropped]
    return Recommendation(
        _mix(configuration, situation.written, added, dropped),
        added,
        dropped,
        tuple(one for one in staying if one.probability > gate.enter),
        tuple(one for one in staying if one.probability <= gate.enter),
    )


def penalised(configuration: Configuration, situation: Situation, one: Standing) -> float:
    """The net edge that a pair promises in this phase, in bp, as far as its coin moves on its own.

    1 - r^2 is the share of the coin's variance that the mean coin of the topic's mix leaves open.
    """
    row = [topic.name for topic in configuration.topics].index(one.topic)
    column = situation.coins.index(one.coin)
    others = [
        situation.coins.index(coin)
        for coin in configuration.mix.get(one.topic, ())
        if coin != one.coin and coin in situation.coins
    ]
    together = situation.best.correlations[column, others] if others else np.zeros(1)
    mean = float(np.nan_to_num(together).mean())
    return float(np.nan_to_num(situation.best.net_edge[row, column])) * (1.0 - mean * mean)


def _is_settled(one: Standing, horizon: Micros, situation: Situation) -> bool:
    return situation.at - situation.changed.get(one.coin, -horizon) >= horizon


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


def _in_mix(configuration: Configuration, one: Standing) -> bool:
    return one.coin in configuration.mix.get(one.topic, ())
