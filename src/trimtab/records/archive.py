"""Archives: files that hold the bars of old rows, so that the journal need not."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

ARCHIVED_TYPE = "bars_closed"
"""The only type of fact whose contents may go."""


class Archive(Struct, frozen=True):
    """Rows of one file: all bars from the first seq to the last."""

    first_seq: int
    last_seq: int
    rows: int
    file: str
    """Seen from the journal's folder."""
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
