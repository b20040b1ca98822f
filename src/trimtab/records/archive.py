"""Archives: files that hold the bars of old rows, so that the journal need not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

ARCHIVED_TYPE = "bars_closed"
"""The only type of fact whose contents may go."""


class Archive(Struct, frozen=True):
    """Rows of one file: all bars from the first seq to the last."""

    first_seq: int
    last_seq: int
    rows: int
    file: str
    """Seen from the journal's folder; a whole path where the journal has none."""
    sha256: str
    """Of the file, in hex."""

    def __contains__(self, seq: object) -> bool:
        return isinstance(seq, int) and self.first_seq <= seq <= self.last_seq


class Archived:
    """The seqs of all rows between the ends of some archives."""

    def __init__(self, archives: Sequence[Archive]) -> None:
        self._archives = archives

    def __contains__(self, seq: object) -> bool:
        return any(seq in archive for archive in self._archives)


Fill = Callable[[Archive, int, int], Mapping[int, str]]
"""The payloads that an archive holds of the rows between two seqs, both included."""

Stored = tuple[Any, ...]
"""A row's columns, in the order of the table."""


def filled(
    rows: Sequence[Stored], archives: Callable[[], Sequence[Archive]], fill: Fill, payload: int = 5
) -> Sequence[Stored]:
    """Rows in order of seq, with the payloads that left for an archive.

    `payload`: its place among the columns; the type stands before it.
    """
    lacking = [row[0] for row in rows if not row[payload] and row[payload - 1] == ARCHIVED_TYPE]
    if not lacking:
        return rows
    payloads: dict[int, str] = {}
    for archive in archives():
        if archive.first_seq <= lacking[-1] and lacking[0] <= archive.last_seq:
            payloads.update(fill(archive, lacking[0], lacking[-1]))
    return [
        (*row[:payload], row[payload] or payloads.get(row[0], ""), *row[payload + 1 :])
        for row in rows
    ]
