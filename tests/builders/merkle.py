"""Leaves, and the tree of RFC 9162 twice more: as its definition reads, and by pymerkle."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from pymerkle import InmemoryTree


def leaves(count: int) -> list[bytes]:
    """Different ones, 32 bytes each."""
    return [sha256(number.to_bytes(8, "big")).digest() for number in range(count)]


def theirs(data: Sequence[bytes]) -> InmemoryTree:
    """pymerkle's tree of the leaves."""
    tree = InmemoryTree(algorithm="sha256")
    for leaf in data:
        tree.append_entry(leaf)
    return tree


def rfc_root(data: Sequence[bytes]) -> bytes:
    """MTH of section 2.1.1, word for word."""
    if not data:
        return sha256(b"").digest()
    if len(data) == 1:
        return sha256(b"\x00" + data[0]).digest()
    k = split(len(data))
    return sha256(b"\x01" + rfc_root(data[:k]) + rfc_root(data[k:])).digest()


def rfc_path(index: int, data: Sequence[bytes]) -> list[bytes]:
    """PATH of section 2.1.3.1, word for word."""
    if len(data) == 1:
        return []
    k = split(len(data))
    if index < k:
        return [*rfc_path(index, data[:k]), rfc_root(data[k:])]
    return [*rfc_path(index - k, data[k:]), rfc_root(data[:k])]


def rfc_proof(old: int, data: Sequence[bytes], *, known: bool = True) -> list[bytes]:
    """PROOF and SUBPROOF of section 2.1.4.1, word for word."""
    if old == len(data):
        return [] if known else [rfc_root(data)]
    k = split(len(data))
    if old <= k:
        return [*rfc_proof(old, data[:k], known=known), rfc_root(data[k:])]
    return [*rfc_proof(old - k, data[k:], known=False), rfc_root(data[:k])]


def split(size: int) -> int:
    """The largest power of two below `size`."""
    k = 1
    while k * 2 < size:
        k *= 2
    return k
