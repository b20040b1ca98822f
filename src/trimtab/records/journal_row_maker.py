"""From facts to rows of the journal: ids, causes and the next links of the chain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from math import isfinite
from operator import attrgetter
from typing import Any, NamedTuple, Protocol

from trimtab.domain import canonical
from trimtab.domain.facts import Derived, Fact, Outside
from trimtab.domain.tags import tag_of
from trimtab.domain.units import EventId, Micros
from trimtab.records.journal_row import GENESIS, Columns, Content, hash_of


class Consequences(Protocol):
    """A fact from outside and all it led to; `ports.Step` is one."""

    @property
    def outside(self) -> Outside: ...
    @property
    def instant(self) -> Micros: ...
    @property
    def first_ordinal(self) -> int: ...
    @property
    def derived(self) -> Sequence[Derived]: ...


Received = tuple[Micros, Consequences]
"""When the journal received it (UTC), and what."""


class RowMaker:
    """The end of a bot's chain: makes the rows that come next.

    A row's correlation is the adaptation or order that its fact is about, else the fact from
    outside that all of its step followed from. Derived facts name that one as their cause.
    """

    def __init__(self, bot: str, seq: int = 0, prev_hash: str = GENESIS) -> None:
        self.seq = seq
        """Of the last row made."""
        self.prev_hash = prev_hash
        """Hash of the last row made."""
        self._bot = bot
        self._outside = f"{bot}/outside"

    def copy(self) -> RowMaker:
        """Another one at the same place, for an attempt that may fail."""
        return RowMaker(self._bot, self.seq, self.prev_hash)

    def rows(self, steps: Iterable[Received]) -> Iterator[Columns]:
        """The steps' rows, in order. Raises ValueError for a confidence that is no number."""
        row, event_id, id_of, bot = self._row, canonical.event_id, canonical.id_of, self._bot
        for recorded_at, step in steps:
            outside, instant, ordinal = step.outside, step.instant, step.first_ordinal
            cause = event_id(self._outside, outside.at, self.seq + 1)
            yield row(outside, cause, recorded_at, None, cause)
            for fact in step.derived:
                yield row(fact, id_of(fact, bot, instant, ordinal), recorded_at, cause, cause)
                ordinal += 1

    def _row(
        self, fact: Fact, own: EventId, recorded_at: Micros, cause: EventId | None, root: EventId
    ) -> Columns:
        tag, confidence_of, actor_of, subject_of = _reads_of(type(fact))
        confidence = confidence_of(fact)
        if confidence is not None:
            confidence = _number(fact, confidence)
        seq = self.seq + 1
        content: Content = (
            seq,
            own,
            fact.at,
            recorded_at,
            tag,
            canonical.encode(fact).decode(),
            actor_of(fact),
            cause,
            subject_of(fact) or root,
            confidence,
            self.prev_hash,
        )
        digest = hash_of(content)
        self.seq, self.prev_hash = seq, digest
        return (*content, digest)


def _number(fact: Fact, confidence: float) -> float:
    if not isfinite(confidence):
        raise ValueError(f"{tag_of(fact)} at {fact.at} has confidence {confidence}")
    return confidence + 0.0  # minus zero would be stored as zero


class _Reads(NamedTuple):
    """How columns of a row are read from facts of one type."""

    tag: str
    confidence: Callable[[Fact], float | None]
    actor: Callable[[Fact], str | None]
    subject: Callable[[Fact], str | None]
    """The adaptation or order that a fact is about."""


@lru_cache(maxsize=256)
def _reads_of(kind: type[Fact]) -> _Reads:
    """Known once for each type: to ask every fact what it does not have takes long."""

    def first_of(*names: str) -> Callable[[Fact], Any]:
        return next((attrgetter(name) for name in names if hasattr(kind, name)), _nothing)

    return _Reads(
        str(kind.__struct_config__.tag),
        first_of("confidence"),
        first_of("actor"),
        first_of("adaptation", "order"),
    )


def _nothing(_: Fact) -> None:
    return None
