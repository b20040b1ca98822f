"""What the core needs from the world, as protocols. Adapters keep them; contract tests check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from trimtab.domain.facts import Derived, Fact, Outside
from trimtab.domain.units import Micros
from trimtab.records.journal_row import JournalRow


class Step(NamedTuple):
    """A fact from outside and all it led to: never split between transactions."""

    outside: Outside
    instant: Micros
    """The moment of which the derived facts' ids are made."""
    first_ordinal: int
    derived: Sequence[Derived]


class Recorded(NamedTuple):
    """A fact that is durable."""

    seq: int
    fact: Fact


class Journal(Protocol):
    """The record. One writer; gapless seq from 1."""

    def append(self, step: Step) -> int:
        """The seq of the step's last fact. Durable after `flush`, whole or not at all."""
        ...

    def flush(self) -> int:
        """Makes everything appended durable; the last durable seq."""
        ...

    def read(self, after: int = 0, until: int | None = None) -> Iterator[JournalRow]:
        """Durable rows in order: `after` < seq <= `until`."""
        ...

    def close(self) -> None:
        """Flushes and lets go of the store."""
        ...


class Clock(Protocol):
    """Where the shell reads time."""

    def now(self) -> Micros:
        """UTC."""
        ...


class Feed(Protocol):
    """Facts from outside in the order of the world: by `at`; then funding, bars, forecasts."""

    def facts(self) -> Iterator[Outside]:
        """Blocks of bars may be long: the runtime cuts them where something happens."""
        ...


class Audience(Protocol):
    """Whoever wants to know what has become durable: projections, dashboard, broker."""

    def publish(self, records: Sequence[Recorded]) -> None:
        """Must not block and must not raise."""
        ...
