"""CryptoMixHandler: `crypto_mix_changed` as a read model, every change with its reason."""

from __future__ import annotations

from typing import ClassVar, Self

from msgspec import Struct

from trimtab.domain.configuration import Mix
from trimtab.domain.decisions import CryptoMixChanged
from trimtab.domain.facts import Fact
from trimtab.domain.observations import EngineStarted
from trimtab.domain.units import AdaptationId, Coin, Micros, TopicName

CHANGES = 100
"""Changes kept."""


class MixChange(Struct, frozen=True):
    """Coins that joined or left a topic, and why."""

    seq: int
    at: Micros
    topic: TopicName
    added: tuple[Coin, ...]
    removed: tuple[Coin, ...]
    because: str
    adaptation: AdaptationId | None
    """None: an operator did it."""


class CryptoMixHandler(Struct, frozen=True):
    """The coins that are traded on each topic now and the last changes, as of `seq`."""

    KINDS: ClassVar[tuple[type[Fact], ...]] = (EngineStarted, CryptoMixChanged)
    """Facts that change it: the first start says what is traded, all others what differs."""
    TYPE: ClassVar[str] = "crypto_mix_changed"
    """What it is about, on the broker."""

    seq: int = 0
    mix: Mix = {}
    changes: tuple[MixChange, ...] = ()

    def see(self, seq: int, fact: Fact) -> Self:
        """After one more fact; itself for facts of other types, and for what it has seen."""
        if seq <= self.seq:
            return self
        match fact:
            case EngineStarted() if self.seq == 0:
                return type(self)(seq, {**fact.configuration.mix})
            case CryptoMixChanged():
                changes = (*self.changes, _change(seq, fact))[-CHANGES:]
                return type(self)(seq, mixed(self.mix, fact), changes)
            case _:
                return self


def mixed(mix: Mix, fact: CryptoMixChanged) -> Mix:
    """The mix after a change: coins that stay first, then those that joined."""
    kept = [coin for coin in mix.get(fact.topic, ()) if coin not in fact.removed]
    coins = (*kept, *(coin for coin in fact.added if coin not in kept))
    return {**mix, fact.topic: coins}


def _change(seq: int, fact: CryptoMixChanged) -> MixChange:
    return MixChange(
        seq, fact.at, fact.topic, fact.added, fact.removed, fact.because, fact.adaptation
    )
