"""What takes how much room in a journal, wherever it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class TypeSize(NamedTuple):
    """All rows of one type of fact."""

    type: str
    rows: int
    bytes: int
    """Of text and numbers, without what the store needs around them."""


class JournalSize(NamedTuple):
    """Bytes are those of files, or of what stands in them."""

    types: Sequence[TypeSize]
    """The largest first."""
    first_at: int
    """UTC in microseconds, as the facts have it."""
    last_at: int
    file_bytes: int
    """On a server of the tables, as far as they are this journal's."""
    log_bytes: int | None
    """None on a server, whose log is not of one journal."""
    snapshots: int
    states: int
    state_bytes: int
    archives: int
    archived_rows: int
