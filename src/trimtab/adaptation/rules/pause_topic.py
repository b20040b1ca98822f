"""A topic whose accuracy dropped is not traded until it recovers."""

from __future__ import annotations

from math import pi, sqrt

from trimtab.adaptation.risk_adjuster import WIDTH
from trimtab.adaptation.situation import Situation
from trimtab.domain.configuration import Change, Configuration, Effect, Topic
from trimtab.domain.decisions import AdaptationProposed, AdaptationRefused
from trimtab.domain.event_types import AlloraAccuracyDrop
from trimtab.domain.units import DAY, AdaptationId, Bp, Coin, Micros

NAME = "pause_topic"
TRIGGER = "allora_accuracy_drop"
DEADLINE = Micros(14 * DAY)
USUAL_MOVE = sqrt(2.0 / pi)
"""Mean size of a move over its standard deviation, of the normal law."""


def pause_topic(
    configuration: Configuration,
    drop: AlloraAccuracyDrop,
    situation: Situation,
    adaptation: AdaptationId,
) -> AdaptationProposed | AdaptationRefused | None:
    """Take the topic off all its coins; on recovery give it back those that it had."""
    now = configuration.mix.get(drop.topic, ())
    wanted = _resumed(drop, situation, now) if drop.over else ()
    if wanted == now:
        return None if drop.over else _refused(drop)
    moved = tuple(sorted({*now} ^ {*wanted}))
    return AdaptationProposed(
        at=drop.at,
        adaptation=adaptation,
        rule=NAME,
        trigger=TRIGGER,
        change=Change(mix={drop.topic: wanted}),
        scope=moved,
        because=_because(drop, moved),
        confidence=drop.confidence,
        expected=_expected(configuration, drop, situation, moved),
        evidence=drop.evidence,
        reduces_risk=not drop.over,
        restores=drop.over,
    )


def _resumed(
    drop: AlloraAccuracyDrop, situation: Situation, now: tuple[Coin, ...]
) -> tuple[Coin, ...]:
    """Only coins that the topic had when it was paused, and that the user still wants there."""
    had = {*now, *situation.held.paused.get(drop.topic, ())}
    return tuple(coin for coin in situation.written.mix.get(drop.topic, ()) if coin in had) or now


def _because(drop: AlloraAccuracyDrop, moved: tuple[Coin, ...]) -> str:
    """Accuracy is floored, so that no threshold looks passed."""
    right = f"right {int(drop.accuracy * 100.0)} % of late"
    believed = f"{int(drop.reference * 100.0)} % were believed"
    if drop.over:
        return (
            f"{drop.topic} has recovered ({right}, {believed}): it trades {', '.join(moved)} again"
        )
    return f"{drop.topic} was {right}, {believed}: it is not traded until it recovers"


def _expected(
    configuration: Configuration,
    drop: AlloraAccuracyDrop,
    situation: Situation,
    moved: tuple[Coin, ...],
) -> Effect:
    """What trades at the accuracy of late are worth, in bp of equity a bar, while all are made."""
    (topic,) = [one for one in configuration.topics if one.name == drop.topic]
    sign = 1.0 if drop.over else -1.0
    edge = noise = 0.0
    for coin in moved:
        sigma = situation.sigma_of(coin)
        share = configuration.risk.of(coin) / len(situation.coins)
        edge += sign * share * _a_bar(configuration, drop, topic, situation.interval, sigma)
        noise += share * sigma * 1e4
    width = WIDTH * noise / sqrt(DEADLINE / situation.interval)
    return Effect(
        Bp(edge), Bp(edge - width), Bp(edge + width), drop.accuracy,
        Micros(situation.at + DEADLINE),
    )  # fmt: skip


def _a_bar(
    configuration: Configuration,
    drop: AlloraAccuracyDrop,
    topic: Topic,
    interval: Micros,
    sigma: float,
) -> float:
    """Net edge of the position in bp, spread over the topic's horizon."""
    move = USUAL_MOVE * sigma * sqrt(topic.horizon / interval) * 1e4
    net = (2.0 * drop.accuracy - 1.0) * move - configuration.costs.round_trip()
    return net * interval / topic.horizon


def _refused(drop: AlloraAccuracyDrop) -> AdaptationRefused:
    return AdaptationRefused(drop.at, NAME, TRIGGER, f"{drop.topic} trades no coin as it is")
