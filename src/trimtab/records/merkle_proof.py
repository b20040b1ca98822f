"""Merkle proofs (RFC 9162, sections 2.1.3 and 2.1.4): made in one pass over the leaves, and verified.

A proof is the roots of ranges of leaves that do not overlap, so whoever makes it reads the leaves
once and keeps only a hash for each level.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from trimtab.records.merkle_tree import MerkleTree, leaf_hash, node_hash


class Range(NamedTuple):
    """Leaves from `start` up to but not `end`, counted from zero."""

    start: int
    end: int


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """What the proof for leaf `index` of `size` is made of (PATH of section 2.1.3.1).

    Raises ValueError for a leaf that is not in the tree.
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    ranges: list[Range] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _left_width(end - start)
        if index < middle:
            ranges.append(Range(middle, end))
            end = middle
        else:
            ranges.append(Range(start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """What the proof that `old` leaves begin a tree of `new` is made of (section 2.1.4.1).

    Raises ValueError unless 0 < old <= new.
    """
    if not 0 < old <= new:
        raise ValueError(f"a tree of {old} leaves does not begin one of {new}")
    ranges: list[Range] = []
    start, end = 0, new
    while old < end:
        middle = start + _left_width(end - start)
        if old <= middle:
            ranges.append(Range(middle, end))
            end = middle
        else:
            ranges.append(Range(start, middle))
            start = middle
    if start > 0:  # else it is the old tree itself, whose root the verifier has
        ranges.append(Range(start, end))
    return ranges[::-1]


def roots(leaves: Iterable[bytes], ranges: Sequence[Range]) -> list[bytes]:
    """The roots of ranges that do not overlap, in the order of `ranges`, in one pass.

    Raises ValueError when the leaves end too early.
    """
    source = iter(leaves)
    found: dict[Range, bytes] = {}
    at = 0
    for wanted in sorted(ranges):
        _skip(source, wanted.start - at)
        found[wanted] = _root(source, wanted.end - wanted.start)
        at = wanted.end
    return [found[wanted] for wanted in ranges]


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` proves that the leaf stands at `index` (section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, seen = leaf_hash(leaf), size - 1, index
    for step in path:
        if last == 0:
            return False
        if seen & 1 or seen == last:
            node = node_hash(step, node)
            while not seen & 1 and seen:
                seen, last = seen >> 1, last >> 1
        else:
            node = node_hash(node, step)
        seen, last = seen >> 1, last >> 1
    return last == 0 and node == root


def goes_on(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` proves that the old tree begins the new one (section 2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not steps:
        return False
    return _grown(old - 1, new - 1, steps) == (old_root, new_root)


def _grown(seen: int, last: int, steps: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """The old and the new root that the steps lead to; None where there are too few or too many."""
    while seen & 1:
        seen, last = seen >> 1, last >> 1
    older = newer = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if seen & 1 or seen == last:
            older, newer = node_hash(step, older), node_hash(step, newer)
            while not seen & 1 and seen:
                seen, last = seen >> 1, last >> 1
        else:
            newer = node_hash(newer, step)
        seen, last = seen >> 1, last >> 1
    return (older, newer) if last == 0 else None


def _left_width(width: int) -> int:
    """The largest power of two below `width`: how many leaves the left subtree has."""
    return 1 << ((width - 1).bit_length() - 1)


def _skip(source: Iterator[bytes], count: int) -> None:
    for _ in range(count):
        _next(source)


def _root(source: Iterator[bytes], count: int) -> bytes:
    tree = MerkleTree()
    tree.extend(_next(source) for _ in range(count))
    return tree.root


def _next(source: Iterator[bytes]) -> bytes:
    for leaf in source:
        return leaf
    raise ValueError("the leaves end before the range that is asked for")
