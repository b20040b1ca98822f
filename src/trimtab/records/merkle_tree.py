"""A Merkle tree over the journal's rows (RFC 9162, section 2.1), as a compact range.

A row's leaf is the 32 bytes of its `hash`, which covers all its other columns.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from hashlib import sha256

EMPTY_ROOT = sha256().digest()
"""The root of no leaves."""


def leaf_hash(leaf: bytes) -> bytes:
    """What stands for a leaf; the prefix tells it from a node (RFC 9162, section 2.1.1)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """What stands for two subtrees side by side (RFC 9162, section 2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


class MerkleTree:
    """Grows leaf by leaf and knows its root at any time; keeps one hash a level, no leaves."""

    def __init__(self) -> None:
        self.size = 0
        """Leaves so far."""
        self._peaks: list[bytes] = []
        """Roots of the perfect subtrees, largest first: one for each bit of `size`."""

    def append(self, leaf: bytes) -> None:
        """One leaf more."""
        node, size, peaks = sha256(b"\x00" + leaf).digest(), self.size, self._peaks
        while size & 1:
            node = sha256(b"\x01" + peaks.pop() + node).digest()
            size >>= 1
        peaks.append(node)
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Several leaves more."""
        for leaf in leaves:
            self.append(leaf)

    @property
    def root(self) -> bytes:
        """The root of all leaves so far."""
        if not self._peaks:
            return EMPTY_ROOT
        return reduce(lambda right, left: node_hash(left, right), reversed(self._peaks))
