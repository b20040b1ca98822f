"""A row of the journal, and the chain that makes a change of any row show."""

from __future__ import annotations

import hashlib

from msgspec import Struct

GENESIS = "0" * 64
"""What the first row names as the hash before it."""


class JournalRow(Struct, frozen=True):
    """One fact as stored. `hash` covers every other column and the row before."""

    seq: int
    event_id: str
    at: int
    recorded_at: int
    type: str
    payload: str
    actor: str | None
    causation_id: str | None
    correlation_id: str | None
    confidence: float | None
    prev_hash: str
    hash: str
