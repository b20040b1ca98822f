"""What a changed configuration means to people: whose risk changed, and what is traded now."""

from __future__ import annotations

from trimtab.domain.configuration import Configuration
from trimtab.domain.decisions import CryptoMixChanged, Decision, RiskAdjustment
from trimtab.domain.units import AdaptationId, Micros, TopicName


def consequences(
    at: Micros,
    adaptation: AdaptationId | None,
    before: Configuration,
    after: Configuration,
    because: str,
) -> list[Decision]:
    """One fact for each coin's risk and for each topic's mix that differ."""
    coins = sorted({*before.risk.coin_leverage, *after.risk.coin_leverage})
    risks: list[Decision] = [
        RiskAdjustment(at, adaptation, coin, before.risk.of(coin), after.risk.of(coin), because)
        for coin in coins
        if before.risk.of(coin) != after.risk.of(coin)
    ]
    mixes: list[Decision] = [
        _mix_changed(at, adaptation, before, after, topic, because)
        for topic in sorted({*before.mix, *after.mix})
        if after.mix.get(topic, ()) != before.mix.get(topic, ())
    ]
    return risks + mixes


def _mix_changed(
    at: Micros,
    adaptation: AdaptationId | None,
    before: Configuration,
    after: Configuration,
    topic: TopicName,
    because: str,
) -> CryptoMixChanged:
    was, now = before.mix.get(topic, ()), after.mix.get(topic, ())
    added = tuple(coin for coin in now if coin not in was)
    removed = tuple(coin for coin in was if coin not in now)
    return CryptoMixChanged(at, adaptation, topic, added, removed, because)
