"""A volatility spike lowers the coin's leverage in proportion; when it is over, it comes back."""

from __future__ import annotations

from trimtab.adaptation.held import as_written
from trimtab.adaptation.risk_adjuster import expected_effect, nearer, tightened
from trimtab.adaptation.situation import Situation
from trimtab.domain.configuration import Change, Configuration
from trimtab.domain.decisions import AdaptationProposed, AdaptationRefused
from trimtab.domain.event_types import VolatilitySpike
from trimtab.domain.units import MARKET, AdaptationId, Coin, Leverage

NAME = "tighten_risk"
TRIGGER = "volatility_spike"


def caps(spike: VolatilitySpike, written: Configuration) -> dict[Coin, Leverage]:
    """The leverage that the spike allows."""
    return {spike.coin: tightened(written.risk.of(spike.coin), spike.ratio)}


def tighten_risk(
    configuration: Configuration,
    spike: VolatilitySpike,
    situation: Situation,
    adaptation: AdaptationId,
) -> AdaptationProposed | AdaptationRefused | None:
    """Tighten on a coin's spike; when it is over, restore as far as other alarms allow.

    Leverage falls, and stops by volatility, which the spike would put further off, stay where they
    were.

    A spike of the market as a whole is left alone: the coins that spike speak for themselves.
    """
    if spike.coin == MARKET:
        return None
    now = configuration.risk.of(spike.coin)
    wanted = _wanted(spike, situation, now)
    stops = _stops(spike, configuration, situation.written)
    if wanted == now and not stops:
        return None if spike.over else _refused(spike, now)
    coin = situation.coins.index(spike.coin)
    own = as_written(situation.written.risk, spike.coin, wanted)
    return AdaptationProposed(
        at=spike.at,
        adaptation=adaptation,
        rule=NAME,
        trigger=TRIGGER,
        change=Change(
            coin_leverage={} if wanted == now else {spike.coin: own if spike.over else wanted},
            stop_scale=stops,
        ),
        scope=(spike.coin,),
        because=_because(spike, now, wanted) + _of_stop(spike, stops),
        confidence=spike.confidence,
        expected=expected_effect(situation, configuration, coin, wanted - now),
        evidence=spike.evidence,
        reduces_risk=not spike.over,
        restores=spike.over,
    )


def _wanted(spike: VolatilitySpike, situation: Situation, now: Leverage) -> Leverage:
    if spike.over:
        written = situation.written.risk.of(spike.coin)
        return situation.held.loosened(NAME, spike.coin, now, written)
    return min(now, caps(spike, situation.written)[spike.coin])


def _stops(
    spike: VolatilitySpike, configuration: Configuration, written: Configuration
) -> dict[Coin, float | None]:
    """The coin's stop by volatility, where there is one: with the spike it would stand too far off."""
    if configuration.exits.stop_deviations is None:
        return {}
    coin, own = spike.coin, written.risk.stop_scale.get(spike.coin)
    now = configuration.risk.stop_scale.get(coin)
    wanted = own if spike.over else min(now or 1.0, nearer(own or 1.0, spike.ratio))
    return {} if wanted == now else {coin: wanted}


def _of_stop(spike: VolatilitySpike, stops: dict[Coin, float | None]) -> str:
    if not stops:
        return ""
    scale = stops[spike.coin]
    return f"; new stops at {1.0 if scale is None else scale:g} of their distance"


def _because(spike: VolatilitySpike, now: Leverage, wanted: Leverage) -> str:
    if spike.over:
        again = f"{spike.coin} moves as usual again"
        return again if wanted == now else f"{again}: leverage back from {now:g}x to {wanted:g}x"
    times = f"{spike.coin} moves {spike.ratio:.1f} times more than usual"
    return times if wanted == now else f"{times}: leverage {now:g}x to {wanted:g}x"


def _refused(spike: VolatilitySpike, now: Leverage) -> AdaptationRefused:
    return AdaptationRefused(
        spike.at, NAME, TRIGGER, f"{spike.coin} is at {now:g}x already, as low as this spike asks"
    )
