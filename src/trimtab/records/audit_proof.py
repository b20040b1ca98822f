"""A proof that one row belongs to a signed checkpoint: whoever has it needs no journal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from trimtab.records.audit_verification import SignatureCheck
from trimtab.records.audit_walk import is_whole, leaf_of
from trimtab.records.checkpoint import Checkpoint, found_in, text_of
from trimtab.records.journal_row import JournalRow
from trimtab.records.merkle_proof import includes, inclusion_ranges, roots


class InclusionProof(Struct, frozen=True, forbid_unknown_fields=True):
    """As it is kept in a JSON file."""

    row: JournalRow
    path: tuple[str, ...]
    """Hashes in hex, from the leaf to the root (RFC 9162, section 2.1.3)."""
    checkpoint: str
    """Its text."""


def proof_of(seq: int, rows: Iterable[JournalRow], checkpoint: Checkpoint) -> InclusionProof:
    """Reads the rows once, up to the checkpoint's last.

    Raises ValueError when the row or the end of the checkpoint is not among them.
    """
    kept: list[JournalRow] = []
    ranges = inclusion_ranges(seq - 1, checkpoint.size)
    leaves = _leaves(rows, seq, kept)
    path = roots(leaves, ranges)
    while not kept and next(leaves, None) is not None:  # the row may come after all ranges
        pass
    if not kept:
        raise ValueError(f"row {seq} is missing")
    return InclusionProof(kept[0], tuple(step.hex() for step in path), text_of(checkpoint))


def complaint(proof: InclusionProof, is_signed: SignatureCheck) -> str | None:
    """Why the proof does not convince; None if it does, of the key that its checkpoint names."""
    found = found_in(proof.checkpoint).checkpoints
    if len(found) != 1:
        return "its checkpoint cannot be read"
    checkpoint, row = found[0], proof.row
    if not is_signed(checkpoint):
        return "the signature of its checkpoint is wrong"
    if not is_whole(row):
        return f"row {row.seq} was changed, or its contents are in an archive that is away"
    try:
        path = [bytes.fromhex(step) for step in proof.path]
        root = bytes.fromhex(checkpoint.root)
    except ValueError:
        return "its path or its root is not in hex"
    if not includes(leaf_of(row), row.seq - 1, checkpoint.size, path, root):
        return f"row {row.seq} is not one of the checkpoint's {checkpoint.size} rows"
    return None


def _leaves(rows: Iterable[JournalRow], seq: int, kept: list[JournalRow]) -> Iterator[bytes]:
    for row in rows:
        if row.seq == seq:
            kept.append(row)
        yield leaf_of(row)
