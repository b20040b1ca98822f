"""EventDispatcher: hands durable facts to everyone who listens; one's error is nobody else's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar, cast, get_args

from msgspec import Struct

from trimtab.domain.decisions import Decision
from trimtab.domain.event_types import MarketEvent
from trimtab.domain.facts import Fact
from trimtab.ports import Audience, Recorded
from trimtab.runtime.listener import BACKLOG, DeadLetter, Listener, Standing

Kind = TypeVar("Kind", bound=Fact)

CONCLUSIONS: tuple[type[Struct], ...] = (*get_args(MarketEvent), *get_args(Decision))
"""What the registry lists: every market event and every decision."""

Missed = Callable[[int], None]
"""Told a seq when facts after it were dropped: to be read again from the journal."""


class EventDispatcher:
    """Itself an `Audience`. Runs in the engine's thread: who listens must be quick about it.

    Each listener hears facts in order of seq. A fact on which it fails is given to it again at
    the next publish, before any later one; after three attempts it becomes a dead letter and the
    listener goes on. An audience that fails on several facts at once gets them again one by one,
    so it should ignore a seq that it knows. What waits for a listener is bounded: one that falls
    too far behind loses all that waits and is told after which seq to read the journal again.
    """

    def __init__(self, audiences: Sequence[Audience] = (), *, backlog: int = BACKLOG) -> None:
        """`backlog`: facts that may wait for one listener."""
        self._backlog = backlog
        self._listeners: list[Listener] = []
        self._of_everything: list[Listener] = []
        self._by_type: dict[type[object], list[Listener]] = {}
        for audience in audiences:
            self.subscribe(audience)

    def subscribe(
        self,
        audience: Audience,
        kinds: Iterable[type[object]] | None = None,
        missed: Missed | None = None,
    ) -> None:
        """From the next batch on: whole batches, or only facts of these kinds, one by one."""
        listener = Listener(type(audience).__name__, audience.publish, missed, self._backlog)
        self._join(listener, kinds)

    def on(
        self, kind: type[Kind], handler: Callable[[int, Kind], None], missed: Missed | None = None
    ) -> None:
        """From the next batch on the handler is given seq and fact of every fact of this kind."""
        listener = Listener(_name(handler), _each(handler), missed, self._backlog)
        self._join(listener, (kind,))

    def publish(self, records: Sequence[Recorded]) -> None:
        """Durable facts in order of seq. Never raises; what failed before is tried again first."""
        self.retry()
        for listener in self._of_everything:
            listener.take(records)
        listeners_of = self._by_type.get
        for record in records if self._by_type else ():
            for listener in listeners_of(type(record.fact), ()):
                listener.take((record,))

    def retry(self) -> None:
        """Gives what waits once more; for times when nothing is published."""
        for listener in self._listeners:
            if listener.waiting:
                listener.retry()

    def drain(self) -> None:
        """At the end: gives what waits until all of it is taken or put aside."""
        for listener in self._listeners:
            while listener.waiting:
                listener.retry()

    @property
    def errors(self) -> list[str]:
        """What went wrong in those who listen, the latest of each."""
        return [error for listener in self._listeners for error in listener.errors]

    @property
    def dead_letters(self) -> list[DeadLetter]:
        """Facts that were put aside, the latest of each listener."""
        return [letter for listener in self._listeners for letter in listener.dead_letters]

    @property
    def standings(self) -> list[Standing]:
        """How far each listener has got, for metrics. May be read from any thread."""
        return [listener.standing for listener in self._listeners]

    def registry(self) -> dict[str, tuple[str, ...]]:
        """By the tag of every market event and decision: who listens to it."""
        return {_tag(kind): tuple(self._names(kind)) for kind in CONCLUSIONS}

    def _names(self, kind: type[object]) -> Iterable[str]:
        for listener in (*self._of_everything, *self._by_type.get(kind, ())):
            yield listener.name

    def _join(self, listener: Listener, kinds: Iterable[type[object]] | None) -> None:
        self._listeners.append(listener)
        if kinds is None:
            self._of_everything.append(listener)
            return
        for kind in kinds:
            self._by_type.setdefault(kind, []).append(listener)


def _each(handler: Callable[[int, Kind], None]) -> Callable[[Sequence[Recorded]], None]:
    def give(records: Sequence[Recorded]) -> None:
        for seq, fact in records:
            handler(seq, cast("Kind", fact))  # joined by the type that is given here

    return give


def _name(handler: Callable[..., Any]) -> str:
    return getattr(handler, "__qualname__", type(handler).__name__)


def _tag(kind: type[Struct]) -> str:
    return str(kind.__struct_config__.tag)
