"""Rows in groups that are worth one round trip and never fill the memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from trimtab.records.journal_row import JournalRow

ROWS = 256
CHARACTERS = 1_000_000
"""Of payload in one group, unless a single row has more."""


def in_groups(rows: Iterable[JournalRow]) -> Iterator[Sequence[JournalRow]]:
    """The rows in order; each group is made only when it is asked for."""
    group: list[JournalRow] = []
    size = 0
    for row in rows:
        if group and (len(group) == ROWS or size + len(row.payload) > CHARACTERS):
            yield group
            group, size = [], 0
        group.append(row)
        size += len(row.payload)
    if group:
        yield group
