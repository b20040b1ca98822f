"""Where volume is unusual, fills are in doubt: an entry has to promise more, until it is as usual."""

from __future__ import annotations

from math import sqrt

from trimtab.adaptation.risk_adjuster import DEADLINE, WIDTH
from trimtab.adaptation.situation import Situation
from trimtab.domain.configuration import Change, Configuration, Effect
from trimtab.domain.decisions import AdaptationProposed, AdaptationRefused
from trimtab.domain.event_types import VolumeAnomaly
from trimtab.domain.units import MARKET, AdaptationId, Bp, Micros

NAME = "widen_slippage_guard"
TRIGGER = "volume_anomaly"
WORTH = 0.5
"""Of a round trip: a guard below it would hardly stop an entry that has cleared its costs."""


def guard(configuration: Configuration, z: float) -> Bp:
    """Half a spread for every deviation from the usual volume; at most another round trip."""
    costs = configuration.costs
    return Bp(round(min(abs(z) * costs.half_spread, costs.round_trip()), 1))


def widen_slippage_guard(
    configuration: Configuration,
    anomaly: VolumeAnomaly,
    situation: Situation,
    adaptation: AdaptationId,
) -> AdaptationProposed | AdaptationRefused | None:
    """Widen the coin's guard while its volume is unusual, narrow it to what was written after.

    An anomaly of the market as a whole is left alone: the coins speak for themselves.
    """
    if anomaly.coin == MARKET:
        return None
    now = configuration.risk.slippage_guard.get(anomaly.coin, Bp(0.0))
    written = situation.written.risk.slippage_guard.get(anomaly.coin)
    asked = guard(configuration, anomaly.z)
    if not anomaly.over and asked < WORTH * configuration.costs.round_trip():
        return _refused(anomaly, f"a guard of {asked:g} bp would hardly stop an entry")
    wanted = (written or Bp(0.0)) if anomaly.over else max(now, asked)
    if wanted == now:
        already = f"an entry has to promise {now:g} bp already"
        return None if anomaly.over else _refused(anomaly, already)
    return AdaptationProposed(
        at=anomaly.at,
        adaptation=adaptation,
        rule=NAME,
        trigger=TRIGGER,
        change=Change(slippage_guard={anomaly.coin: written if anomaly.over else wanted}),
        scope=(anomaly.coin,),
        because=_because(anomaly, now, wanted),
        confidence=anomaly.confidence,
        expected=_expected(configuration, anomaly, situation, (now, wanted)),
        evidence=anomaly.evidence,
        reduces_risk=not anomaly.over,
        restores=anomaly.over,
    )


def _because(anomaly: VolumeAnomaly, now: Bp, wanted: Bp) -> str:
    if anomaly.over:
        return f"{anomaly.coin} trades its usual volume again: slippage guard back to {wanted:g} bp"
    return (
        f"{anomaly.coin} trades {anomaly.z:+.1f} deviations from its usual volume, so fills are in "
        f"doubt: an entry has to promise {wanted:g} bp after costs, not {now:g}"
    )


def _expected(
    configuration: Configuration,
    anomaly: VolumeAnomaly,
    situation: Situation,
    guards: tuple[Bp, Bp],
) -> Effect:
    """Entries between the two guards give up their edge and are spared the doubted slippage."""
    coin, low, high = situation.coins.index(anomaly.coin), min(guards), max(guards)
    sign = -1.0 if anomaly.over else 1.0
    share = configuration.risk.of(anomaly.coin) / len(situation.coins)
    worth = 0.0
    for row, topic in enumerate(configuration.topics):
        edge = float(situation.net_edge[row, coin])
        traded = anomaly.coin in configuration.mix.get(topic.name, ())
        if traded and max(low, 0.0) < edge <= high:
            worth = max(worth, (high - edge) * situation.interval / topic.horizon)
    noise = share * situation.sigma_of(anomaly.coin) * 1e4
    width = WIDTH * noise / sqrt(DEADLINE / situation.interval)
    net = sign * share * worth
    return Effect(Bp(net), Bp(net - width), Bp(net + width), 0.5, Micros(situation.at + DEADLINE))


def _refused(anomaly: VolumeAnomaly, because: str) -> AdaptationRefused:
    return AdaptationRefused(anomaly.at, NAME, TRIGGER, f"{anomaly.coin}: {because}")
