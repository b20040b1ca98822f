"""Brings a projection up to date with a journal: from its own place to the last durable row."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from trimtab.ports import Effects, History

BATCH = 4_096
"""Rows a transaction."""


def project(history: History, effects: Effects, batch: int = BATCH) -> Iterator[int]:
    """The seq that is reflected after each batch. Raises JournalError, and what the effects raise."""
    rows = history.read(effects.cursor())
    while taken := list(islice(rows, batch)):
        effects.take(taken, taken[-1].seq)
        yield taken[-1].seq
