"""A row of the journal, and the chain that makes a change of any row show."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from struct import Struct as Layout

from msgspec import Struct

GENESIS = "0" * 64
"""What the first row names as the hash before it."""

_NULL = b"\xff\xff\xff\xff"
_length = Layout(">I").pack
_seq_and_length = Layout(">IqI").pack
_times_and_length = Layout(">IqIqI").pack
_real = Layout(">Id").pack


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


Content = tuple[int, str, int, int, str, str, str | None, str | None, str | None, float | None, str]
"""A row's columns without `hash`, in the order of the table."""

Columns = tuple[
    int, str, int, int, str, str, str | None, str | None, str | None, float | None, str, str
]
"""A row's columns, in the order of the table."""

StoredFact = tuple[int, bool, str, str]
"""What a fact is read from: seq, whether it came from outside (it has no cause), type, payload."""


def hash_of(content: Content) -> str:
    """SHA-256 in hex of `prev_hash` and then every column but `hash`, in the order of the table.

    Each column is its length in bytes (32 bits) and its bytes: text as UTF-8, integers as 64 bits
    with sign, floats as IEEE 754 binary64 (minus zero as zero); NULL is the length 0xFFFFFFFF
    alone. All numbers are big-endian. The leading `prev_hash` is its 64 hex digits, no length.
    """
    seq, event_id, at, recorded_at, kind, payload, actor, cause, correlation, confidence, prev = (
        content
    )
    before, event, tag, text = prev.encode(), event_id.encode(), kind.encode(), payload.encode()
    return hashlib.sha256(
        b"".join(
            (
                before,
                _seq_and_length(8, seq, len(event)),
                event,
                _times_and_length(8, at, 8, recorded_at, len(tag)),
                tag,
                _length(len(text)),
                text,
                _NULL if actor is None else _text(actor),
                _NULL if cause is None else _text(cause),
                _NULL if correlation is None else _text(correlation),
                _NULL if confidence is None else _real(8, confidence + 0.0),
                _length(len(before)),
                before,
            )
        )
    ).hexdigest()


def _text(value: str) -> bytes:
    data = value.encode()
    return _length(len(data)) + data


def verify(rows: Iterable[JournalRow], seq: int = 0, prev_hash: str = GENESIS) -> int | None:
    """The seq of the first row that is missing, out of place or changed; None if all is well.

    Rows must go on from `seq` and `prev_hash`. Rows cut off at the end do not show: compare the
    last hash with one that was kept elsewhere.
    """
    for row in rows:
        seq += 1
        if row.seq != seq or row.prev_hash != prev_hash or row.hash != hash_of(content_of(row)):
            return seq
        prev_hash = row.hash
    return None


def content_of(row: JournalRow) -> Content:
    """What the row's hash is made of."""
    return (
        row.seq,
        row.event_id,
        row.at,
        row.recorded_at,
        row.type,
        row.payload,
        row.actor,
        row.causation_id,
        row.correlation_id,
        row.confidence,
        row.prev_hash,
    )


def stored_of(row: JournalRow) -> StoredFact:
    """What of the row its fact is read from."""
    return row.seq, row.causation_id is None, row.type, row.payload
