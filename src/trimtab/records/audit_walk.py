"""One pass over a journal's rows: is each as it was written, and what would checkpoints say of it?"""

from __future__ import annotations

import struct
from collections.abc import Container, Iterable
from typing import NamedTuple

from msgspec import Struct

from trimtab.records.archive import ARCHIVED_TYPE
from trimtab.records.checkpoint import origin_of
from trimtab.records.journal_row import GENESIS, JournalRow, content_of, hash_of
from trimtab.records.merkle_tree import MerkleTree

FROM_THE_FIRST = -(2**63)
"""What to read after, so that a row that was put before the first one shows."""


class Finding(Struct, frozen=True):
    """Something that is not as it was written."""

    seq: int
    """The first row that is concerned."""
    what: str
    """In words."""


class Seen(NamedTuple):
    """What a checkpoint of this many rows must say."""

    root: str
    last: str


class Walk(NamedTuple):
    """What the rows say."""

    origin: str
    """Empty for a journal without rows."""
    rows: int
    end: Seen
    """At the last row."""
    at: dict[int, Seen]
    """At the sizes that were asked for."""
    archived: int
    """Rows whose payload is not there: their links were checked, their contents were not."""
    finding: Finding | None
    """The first row that is wrong."""


def walked(rows: Iterable[JournalRow], sizes: Container[int], archived: Container[int]) -> Walk:
    """Reads all rows, the wrong ones included, from the first on.

    `sizes`: after how many rows to look at the tree; `archived`: seqs whose payload may be absent.
    """
    tree, at = MerkleTree(), dict[int, Seen]()
    finding: Finding | None = None
    first: JournalRow | None = None
    absent, prev_hash = 0, GENESIS
    for count, row in enumerate(rows, 1):
        if row.prev_hash == prev_hash and row.seq == count and is_whole(row):
            pass
        elif _is_archived(row, archived) and row.prev_hash == prev_hash and row.seq == count:
            absent += 1
        elif finding is None:
            finding = _finding(row, count, prev_hash)
        prev_hash = row.hash
        tree.append(leaf_of(row))
        if count in sizes:
            at[count] = Seen(tree.root.hex(), prev_hash)
        first = first or row
    return Walk(
        origin_of(first) if first else "",
        tree.size,
        Seen(tree.root.hex(), prev_hash),
        at,
        absent,
        finding,
    )


def leaf_of(row: JournalRow) -> bytes:
    """The row in the Merkle tree: the bytes of its hash; of no use where that is not in hex."""
    try:
        return bytes.fromhex(row.hash)
    except ValueError:
        return row.hash.encode()


def is_whole(row: JournalRow) -> bool:
    """Whether its hash is that of what stands in it."""
    try:
        return row.hash == hash_of(content_of(row))
    except (AttributeError, TypeError, struct.error):  # what we never wrote has no hash
        return False


def _is_archived(row: JournalRow, archived: Container[int]) -> bool:
    return row.payload == "" and row.type == ARCHIVED_TYPE and row.seq in archived


def _finding(row: JournalRow, count: int, prev_hash: str) -> Finding:
    if row.seq > count:
        missing = (
            f"row {count} is" if row.seq == count + 1 else f"rows {count} to {row.seq - 1} are"
        )
        return Finding(count, f"{missing} missing")
    if row.seq < count:
        return Finding(row.seq, f"row {row.seq} is not from here: it stands where {count} should")
    if row.prev_hash != prev_hash:
        return Finding(
            count, f"row {count} does not follow the one before it: rows were changed or exchanged"
        )
    return Finding(count, f"row {count} was changed after it was written")
