"""Is what a journal holds what was written, and can a bot go on from it quickly?"""

from __future__ import annotations

from collections.abc import Iterator

from trimtab.app.doctor.finding import Finding
from trimtab.app.journal.checking import watched
from trimtab.ports import History
from trimtab.records.journal_row import GENESIS, verify

TAIL = 10_000
"""Rows at the end that are always checked."""

LONG = 100_000
"""Facts after the newest snapshot that make a restart slow."""


def chain(journal: History, after: int) -> Iterator[Finding]:
    """The rows after a seq: none missing, none changed."""
    last = journal.last()
    if last is None:
        yield Finding("chain", "ok", "no rows as yet")
        return
    begin = next((row.hash for row in journal.read(after - 1, after)), GENESIS)
    rows = watched(journal.read(after, last.seq), "checking rows", last.seq)
    broken = verify(rows, after, begin)
    if broken is not None:
        yield Finding("chain", "wrong", f"row {broken} is missing or was changed: restore a backup")
    else:
        yield Finding("chain", "ok", f"rows {after + 1:,} to {last.seq:,} are as they were written")


def snapshots(journal: History) -> Iterator[Finding]:
    """How much would have to be folded again?"""
    last, newest = journal.last(), journal.snapshot()
    tail = (last.seq if last else 0) - (newest.seq if newest else 0)
    begins = f"seq {newest.seq:,}" if newest else "the beginning, for there is no snapshot"
    words = f"a restart goes from {begins}: {tail:,} facts"
    if tail > LONG:
        yield Finding("snapshot", "warning", f"{words}: end the bot cleanly once")
    else:
        yield Finding("snapshot", "ok", words)
