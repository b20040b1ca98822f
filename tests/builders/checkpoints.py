"""Checkpoints as the right signer makes them, and as a forger does."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from trimtab.adapters.audit.ed25519 import Ed25519Signer
from trimtab.domain.units import Micros
from trimtab.records.checkpoint import Checkpoint, origin_of, text_of, utc
from trimtab.records.journal_row import JournalRow
from trimtab.records.merkle_tree import MerkleTree

EVERY = 250


@cache
def signer(name: str = "ours") -> Ed25519Signer:
    """A key that is the same in every run, and another one for each name."""
    return Ed25519Signer(Ed25519PrivateKey.from_private_bytes(name.encode().ljust(32, b"!")))


def checkpoints_of(rows: Sequence[JournalRow], hand: Ed25519Signer) -> list[Checkpoint]:
    """One every so many rows, and one at the end."""
    tree, made = MerkleTree(), list[Checkpoint]()
    for row in rows:
        tree.append(bytes.fromhex(row.hash))
        if tree.size % EVERY == 0 or tree.size == len(rows):
            at = utc(Micros(row.recorded_at + tree.size))
            plain = Checkpoint(
                origin_of(rows[0]), tree.size, tree.root.hex(), row.hash, at, hand.key
            )
            made.append(hand.signed(plain))
    return made


def write_checkpoints(path: Path, checkpoints: Sequence[Checkpoint]) -> None:
    """Over what is there."""
    path.write_text("".join(map(text_of, checkpoints)), encoding="utf-8")


def forged_checkpoints(path: Path, rows: Sequence[JournalRow], *, own_key: bool = False) -> None:
    """Right roots, signed by somebody else: under his own name, or under ours."""
    hand = signer("theirs")
    made = checkpoints_of(rows, hand)
    if not own_key:
        made = [replace(one, key=signer().key) for one in made]
    write_checkpoints(path, made)
