"""The plan's three handlers: what each makes of its facts, and where they go on the broker."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final, Protocol, Self, TypeVar

from trimtab.domain.facts import Fact
from trimtab.records.channels import Channel
from trimtab.records.crypto_mix_handler import CryptoMixHandler
from trimtab.records.market_context_handler import MarketContextHandler
from trimtab.records.recorded import Recorded
from trimtab.records.risk_adjustment_handler import RiskAdjustmentHandler


class Handler(Protocol):
    """A read model that folds facts: frozen and bounded, each fact gives another one."""

    KINDS: ClassVar[tuple[type[Fact], ...]]
    TYPE: ClassVar[str]

    @property
    def seq(self) -> int:
        """Of the last fact that changed it."""
        ...

    def see(self, seq: int, fact: Fact) -> Self:
        """After one more fact."""
        ...


HANDLERS: Final[tuple[Handler, ...]] = (
    MarketContextHandler(), CryptoMixHandler(), RiskAdjustmentHandler(),
)  # fmt: skip
"""As they are before the first fact."""

Kind = TypeVar("Kind", bound=Handler)


def folded(handler: Kind, records: Iterable[Recorded]) -> Kind:
    """After all these facts, in order of seq."""
    for seq, fact in records:
        handler = handler.see(seq, fact)
    return handler


def channel_of(handler: Handler, bot: str) -> Channel:
    """Where this bot's facts of the handler's type are heard."""
    return Channel(bot, handler.TYPE)
