"""A proof that an older state of a journal is the beginning of a newer one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from msgspec import Struct

from trimtab.records.audit_walk import leaf_of
from trimtab.records.journal_row import JournalRow
from trimtab.records.merkle_proof import consistency_ranges, goes_on, roots
from trimtab.records.merkle_tree import MerkleTree


class State(Struct, frozen=True):
    """A journal's first rows in one hash; `root` in hex, empty where it is only asked for."""

    size: int
    root: str = ""


class Consistency(Struct, frozen=True):
    """Whether the older state is the beginning of the newer one, and the proof."""

    old: State
    new: State
    path: tuple[str, ...]
    """Hashes in hex (RFC 9162, section 2.1.4)."""
    consistent: bool


def consistency_of(rows: Iterable[JournalRow], old: State, new: State) -> Consistency:
    """Reads the rows once. A state without a root gets that of the rows.

    Raises ValueError unless 0 < old <= new and the rows reach so far.
    """
    at: dict[int, bytes] = {}
    leaves = _observed(rows, (old.size, new.size), at)
    ranges = consistency_ranges(old.size, new.size)
    try:
        path = roots(leaves, ranges)
    except ValueError:
        raise ValueError(f"there are fewer than {new.size} rows") from None
    while new.size not in at and next(leaves, None) is not None:  # ranges may end before
        pass
    if new.size not in at:
        raise ValueError(f"there are fewer than {new.size} rows")
    states = [
        state if state.root else State(state.size, at[state.size].hex()) for state in (old, new)
    ]
    first, second = (bytes.fromhex(state.root) for state in states)
    holds = goes_on(old.size, first, new.size, second, path)
    return Consistency(states[0], states[1], tuple(step.hex() for step in path), holds)


def _observed(
    rows: Iterable[JournalRow], sizes: Collection[int], at: dict[int, bytes]
) -> Iterator[bytes]:
    """The leaves; on the way, the roots at some sizes."""
    tree = MerkleTree()
    for row in rows:
        leaf = leaf_of(row)
        tree.append(leaf)
        if tree.size in sizes:
            at[tree.size] = tree.root
        yield leaf
