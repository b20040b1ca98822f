"""Changes of configuration: applied, and exactly undone."""

from __future__ import annotations

from msgspec.structs import replace

from trimtab.domain.configuration import Change, Configuration
from trimtab.domain.units import Coin, Leverage


def applied(configuration: Configuration, change: Change) -> Configuration:
    """The configuration with the change made."""
    limits = {**configuration.risk.coin_leverage, **change.coin_leverage}
    kept = {coin: limit for coin, limit in sorted(limits.items()) if limit is not None}
    risk = replace(configuration.risk, coin_leverage=kept)
    return replace(configuration, mix={**configuration.mix, **change.mix}, risk=risk)


def inverse(configuration: Configuration, change: Change) -> Change:
    """The change that takes `change` back: applied after it, gives `configuration` again."""
    before = configuration.risk.coin_leverage
    limits: dict[Coin, Leverage | None] = {coin: before.get(coin) for coin in change.coin_leverage}
    return Change({topic: configuration.mix.get(topic, ()) for topic in change.mix}, limits)
