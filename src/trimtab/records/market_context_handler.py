"""MarketContextHandler: `market_context_update` as a read model, what changed in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Self

from msgspec import Struct

from trimtab.domain.decisions import MarketContextUpdate
from trimtab.domain.facts import Fact
from trimtab.domain.market_context import CoinContext, MarketContext
from trimtab.domain.units import Micros

CHANGES = 100
"""Changes kept."""


class ContextChange(Struct, frozen=True):
    """What a person would notice."""

    seq: int
    at: Micros
    words: tuple[str, ...]
    """Such as ``the market turned bear (was bull)``, the market first."""


class MarketContextHandler(Struct, frozen=True):
    """The market's context now and its last changes, as of `seq`."""

    KINDS: ClassVar[tuple[type[Fact], ...]] = (MarketContextUpdate,)
    """Facts that change it."""
    TYPE: ClassVar[str] = "market_context_update"
    """What it is about, on the broker."""

    seq: int = 0
    context: MarketContext | None = None
    changes: tuple[ContextChange, ...] = ()

    def see(self, seq: int, fact: Fact) -> Self:
        """After one more fact; itself for facts of other types, and for what it has seen."""
        if not isinstance(fact, MarketContextUpdate) or seq <= self.seq:
            return self
        words = tuple(_differences(self.context, fact.context))
        changes = (*self.changes, ContextChange(seq, fact.at, words))[-CHANGES:]
        return type(self)(seq, fact.context, changes)


def _differences(before: MarketContext | None, now: MarketContext) -> Iterator[str]:
    if before is None:
        yield f"the market is {now.phase}, volatility {now.volatility_regime}"
        return
    yield from _turns("the market", before, now)
    if f"{before.risk_level:.0f}" != f"{now.risk_level:.0f}":
        yield f"risk level {now.risk_level:.0f} of 100 (was {before.risk_level:.0f})"
    if before.phase == now.phase and f"{before.confidence:.0%}" != f"{now.confidence:.0%}":
        yield f"confidence in {now.phase} {now.confidence:.0%} (was {before.confidence:.0%})"
    known = {one.coin: one for one in before.coins}
    for one in now.coins:
        if one.coin in known:
            yield from _coin_differences(known[one.coin], one)


def _coin_differences(before: CoinContext, now: CoinContext) -> Iterator[str]:
    yield from _turns(now.coin, before, now)
    if before.spiking != now.spiking:
        yield f"{now.coin} {'began to spike' if now.spiking else 'moves as usual again'}"


def _turns(
    name: str, before: MarketContext | CoinContext, now: MarketContext | CoinContext
) -> Iterator[str]:
    if before.phase != now.phase:
        yield f"{name} turned {now.phase} (was {before.phase})"
    if before.volatility_regime != now.volatility_regime:
        regimes = f"{now.volatility_regime} (was {before.volatility_regime})"
        yield f"volatility of {name} is {regimes}"
