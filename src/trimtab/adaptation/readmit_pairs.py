"""A pair that the mix left out comes back as soon as its own gate would open.

It was left out because nothing in the phase was likely to be worth its costs. A forecast that the gate
would let pass is the proof of the contrary: the reason is over, and waiting for the market's next turn
would only cost what the gate has found. Part of `adapt_crypto_mix`, and like it bound by what the user
wrote and by what is paused.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from trimtab.adaptation.allora_optimizer import Pair
from trimtab.adaptation.risk_adjuster import WIDTH
from trimtab.adaptation.rules.adapt_crypto_mix import DEADLINE, NAME, NAMED
from trimtab.adaptation.situation import Situation
from trimtab.domain.configuration import Change, Configuration, Effect, Mix
from trimtab.domain.decisions import AdaptationProposed
from trimtab.domain.units import AdaptationId, Bp, Coin, Micros

TRIGGER = "forecasts_weighed"

Floats = NDArray[np.float64]
"""[topic, coin]"""


def would_open(
    configuration: Configuration,
    choice: Configuration,
    coins: tuple[Coin, ...],
    probability: Floats,
) -> tuple[Pair, ...]:
    """Pairs of `choice` that are not in the mix, though the gate would open for their forecasts.

    `probability` [topic, coin] of the forecasts; NaN where there is none.
    """
    gate = configuration.gate
    if gate is None or configuration.mix == choice.mix:
        return ()
    return tuple(
        (topic.name, coin)
        for row, topic in enumerate(configuration.topics)
        for coin in choice.mix.get(topic.name, ())
        if coin in coins
        and coin not in configuration.mix.get(topic.name, ())
        and probability[row, coins.index(coin)] > gate.enter
    )


def readmit_pairs(
    configuration: Configuration,
    pairs: Sequence[Pair],
    situation: Situation,
    adaptation: AdaptationId,
) -> AdaptationProposed:
    """Back into the mix with them. `situation`: with the forecasts' own chances and net edges."""
    return AdaptationProposed(
        at=situation.at,
        adaptation=adaptation,
        rule=NAME,
        trigger=TRIGGER,
        change=Change({**_mix(configuration, situation.written, pairs)}),
        scope=tuple(sorted({coin for _, coin in pairs})),
        because=_because(configuration, pairs, situation),
        confidence=min(_of(situation.probability, configuration, one, situation) for one in pairs),
        expected=_expected(configuration, pairs, situation),
        evidence={"pairs": float(len(pairs))},
        reduces_risk=False,
        restores=True,
    )


def _of(table: Floats, configuration: Configuration, pair: Pair, situation: Situation) -> float:
    row = [topic.name for topic in configuration.topics].index(pair[0])
    return float(table[row, situation.coins.index(pair[1])])


def _mix(configuration: Configuration, written: Configuration, pairs: Sequence[Pair]) -> Mix:
    """In the order in which the user wrote a topic's coins."""
    return {
        topic: tuple(
            coin
            for coin in written.mix[topic]
            if coin in configuration.mix.get(topic, ()) or (topic, coin) in pairs
        )
        for topic in sorted({topic for topic, _ in pairs})
    }


def _because(configuration: Configuration, pairs: Sequence[Pair], situation: Situation) -> str:
    named = "; ".join(
        f"{topic} on {coin} {_of(situation.probability, configuration, (topic, coin), situation):.2f}"
        for topic, coin in pairs[:NAMED]
    )
    more = f" and {len(pairs) - NAMED} more" if len(pairs) > NAMED else ""
    return f"Worth trading after all, by the chance of an edge after costs: {named}{more}"


def _expected(configuration: Configuration, pairs: Sequence[Pair], situation: Situation) -> Effect:
    """The edges that come, in bp of equity a bar, while every pair is traded."""
    weight, bars = 1.0 / len(situation.coins), DEADLINE / situation.interval
    horizons = {topic.name: topic.horizon for topic in configuration.topics}
    gain = sum(
        weight * _of(situation.net_edge, configuration, one, situation)
        * situation.interval / horizons[one[0]]
        for one in pairs
    )  # fmt: skip
    noise = sum(weight * situation.sigma_of(coin) * 1e4 for _, coin in pairs)
    width = WIDTH * noise / sqrt(bars)
    until = Micros(situation.at + DEADLINE)
    return Effect(Bp(gain), Bp(gain - width), Bp(gain + width), 0.5, until)
