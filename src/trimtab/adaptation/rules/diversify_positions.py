"""When coins stop moving together, what is held in them is cut as far as their joint risk grew.

The risk of two equal positions goes with the square root of 1 + correlation where both have the same
direction, and of 1 - correlation where they offset each other. Which it will be is not known
beforehand, so the leverage falls by the larger growth of the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

from trimtab.adaptation.held import as_written
from trimtab.adaptation.risk_adjuster import DEADLINE, expected_effect, tightened
from trimtab.adaptation.situation import Situation
from trimtab.domain.configuration import Change, Configuration, Effect
from trimtab.domain.decisions import AdaptationProposed, AdaptationRefused
from trimtab.domain.event_types import CorrelationBreakdown
from trimtab.domain.units import AdaptationId, Bp, Coin, Leverage, Micros

NAME = "diversify_positions"
TRIGGER = "correlation_breakdown"
CLOSEST = 0.99
"""Correlations count as no higher, so that no growth is without bounds."""


def growth(before: float, after: float) -> float:
    """How many times the risk of two positions has grown, in the worse of both combinations."""
    usual, now = (max(-CLOSEST, min(CLOSEST, one)) for one in (before, after))
    return max(sqrt((1.0 - now) / (1.0 - usual)), sqrt((1.0 + now) / (1.0 + usual)))


def caps(event: CorrelationBreakdown, written: Configuration) -> dict[Coin, Leverage]:
    """The leverage that the breakdown allows, of every coin that it names."""
    times = growth(event.before, event.after)
    named = sorted({coin for pair in event.pairs for coin in pair})
    return {coin: tightened(written.risk.of(coin), times) for coin in named}


def diversify_positions(
    configuration: Configuration,
    event: CorrelationBreakdown,
    situation: Situation,
    adaptation: AdaptationId,
) -> AdaptationProposed | AdaptationRefused | None:
    """Cap the coins of the pairs that broke away; when all are back, restore them."""
    wanted = (
        _restored(configuration, situation) if event.over else _cut(configuration, event, situation)
    )
    if not wanted:
        return None if event.over else _refused(event)
    limits = {
        coin: as_written(situation.written.risk, coin, leverage) if event.over else leverage
        for coin, leverage in wanted.items()
    }
    return AdaptationProposed(
        at=event.at,
        adaptation=adaptation,
        rule=NAME,
        trigger=TRIGGER,
        change=Change(coin_leverage=limits),
        scope=tuple(wanted),
        because=_because(configuration, event, wanted),
        confidence=event.confidence,
        expected=_expected(configuration, event, situation, wanted),
        evidence=event.evidence,
        reduces_risk=not event.over,
        restores=event.over,
    )


def _cut(
    configuration: Configuration, event: CorrelationBreakdown, situation: Situation
) -> dict[Coin, Leverage]:
    traded = {coin for coins in configuration.mix.values() for coin in coins}
    return {
        coin: cap
        for coin, cap in caps(event, situation.written).items()
        if coin in traded and cap < configuration.risk.of(coin)
    }


def _restored(configuration: Configuration, situation: Situation) -> dict[Coin, Leverage]:
    wanted: dict[Coin, Leverage] = {}
    for coin in sorted(situation.held.caps.get(NAME, {})):
        now, written = configuration.risk.of(coin), situation.written.risk.of(coin)
        back = situation.held.loosened(NAME, coin, now, written)
        if back != now:
            wanted[coin] = back
    return wanted


def _because(
    configuration: Configuration, event: CorrelationBreakdown, wanted: Mapping[Coin, Leverage]
) -> str:
    moves = ", ".join(
        f"{coin} {configuration.risk.of(coin):g}x to {leverage:g}x"
        for coin, leverage in wanted.items()
    )
    if event.over:
        return f"The coins move together as usual again: leverage back, {moves}"
    return (
        f"Coins part: the correlation of {len(event.pairs)} pairs went from {event.before:.2f} to "
        f"{event.after:.2f}, so what offsets each other or adds up carries up to "
        f"{growth(event.before, event.after):.1f} times its usual risk: leverage {moves}"
    )


def _expected(
    configuration: Configuration,
    event: CorrelationBreakdown,
    situation: Situation,
    wanted: Mapping[Coin, Leverage],
) -> Effect:
    """The coins' effects together; what is uncertain of them is correlated as the coins are now."""
    each = [
        expected_effect(
            situation, configuration, situation.coins.index(coin),
            leverage - configuration.risk.of(coin),
        )
        for coin, leverage in wanted.items()
    ]  # fmt: skip
    widths = [one.high - one.net_edge for one in each]
    own, together = sum(width * width for width in widths), sum(widths) ** 2
    width = sqrt(max(own + event.after * (together - own), 0.0))
    edge = sum(one.net_edge for one in each)
    return Effect(
        Bp(edge), Bp(edge - width), Bp(edge + width), 0.5, Micros(situation.at + DEADLINE)
    )


def _refused(event: CorrelationBreakdown) -> AdaptationRefused:
    because = "the coins that part are not traded, or are risked as little as this asks already"
    return AdaptationRefused(event.at, NAME, TRIGGER, because)
