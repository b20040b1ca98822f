"""A handler's read model, kept up to date as facts become durable; read from any thread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from trimtab.records.handlers import Handler, folded
from trimtab.records.recorded import Recorded

Kind = TypeVar("Kind", bound=Handler)


class ReadModel(Generic[Kind]):
    """An audience. `now` is replaced as a whole, never changed: take it once and read."""

    def __init__(self, handler: Kind, past: Iterable[Recorded] = ()) -> None:
        """`past`: what the journal holds already."""
        self.now: Kind = folded(handler, past)

    def publish(self, records: Sequence[Recorded]) -> None:
        self.now = folded(self.now, records)
