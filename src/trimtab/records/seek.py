"""From a moment to a place in the journal, without reading all of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from trimtab.domain.units import Micros
from trimtab.records.journal_row import JournalRow

_BARS = "bars_closed"


class Readable(Protocol):
    """What of a journal is searched; `ports.History` is one."""

    def read(self, after: int = 0, until: int | None = None) -> Iterator[JournalRow]: ...
    def last(self) -> JournalRow | None: ...


def seq_at(journal: Readable, at: Micros) -> int:
    """The last seq at or before a moment of the world's time (UTC); 0 before the first.

    The search is for the bars, whose time never goes back; after the last one in time follows all
    that was recorded before the first fact from outside that is later. What a fact led to belongs
    to it. Raises JournalError.
    """
    newest = journal.last()
    low, high = 0, 0 if newest is None else newest.seq
    while low < high:  # bars up to `low` are in time, the next ones after `high` are not
        middle = (low + high) // 2
        bars = _next_bars(journal, middle, high)
        if bars is not None and bars.at <= at:
            low = bars.seq
        else:
            high = middle
    return _last_in_time(journal, low, at)


def _next_bars(journal: Readable, after: int, until: int) -> JournalRow | None:
    return next((row for row in journal.read(after, until) if row.type == _BARS), None)


def _last_in_time(journal: Readable, seq: int, at: Micros) -> int:
    for row in journal.read(seq):
        if row.causation_id is None and row.at > at:
            break
        seq = row.seq
    return seq
