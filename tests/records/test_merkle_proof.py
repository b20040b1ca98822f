"""Proofs are those of RFC 9162; a true one convinces, anything else does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.strategies import DataObject

from tests.builders.merkle import leaves, rfc_path, rfc_proof, rfc_root, theirs
from trimtab.records.merkle_proof import (
    consistency_ranges,
    goes_on,
    includes,
    inclusion_ranges,
    roots,
)

LEAVES = leaves(70)
ROOTS = [rfc_root(LEAVES[:size]) for size in range(len(LEAVES) + 1)]
sizes = some.integers(1, len(LEAVES))


def path_of(index: int, size: int) -> list[bytes]:
    return roots(LEAVES[:size], inclusion_ranges(index, size))


def proof_of(old: int, new: int) -> list[bytes]:
    return roots(LEAVES[:new], consistency_ranges(old, new))


def test_every_inclusion_of_small_trees_is_the_definition_and_pymerkle_and_convinces() -> None:
    for size in range(1, 34):
        tree = theirs(LEAVES[:size])
        for index in range(size):
            path = path_of(index, size)
            assert path == rfc_path(index, LEAVES[:size])
            assert path == tree.prove_inclusion(index + 1, size).path[1:]
            assert includes(LEAVES[index], index, size, path, tree.get_root())


def test_every_consistency_of_small_trees_is_the_definition_and_convinces() -> None:
    for new in range(1, 34):
        for old in range(1, new + 1):
            path = proof_of(old, new)
            assert path == rfc_proof(old, LEAVES[:new])
            assert goes_on(old, ROOTS[old], new, ROOTS[new], path)


@given(sizes, some.data())
def test_no_other_leaf_place_or_root_is_proven(size: int, data: DataObject) -> None:
    index = data.draw(some.integers(0, size - 1))
    other = data.draw(some.integers(0, size + 3).filter(lambda place: place != index))
    path = path_of(index, size)
    assert includes(LEAVES[index], index, size, path, ROOTS[size])
    assert not includes(LEAVES[other % 70], index, size, path, ROOTS[size]) or other == index + 70
    assert not includes(LEAVES[index], other, size, path, ROOTS[size])
    assert not includes(LEAVES[index], index, size, path, ROOTS[size - 1])


@given(sizes, some.data())
def test_a_longer_shorter_or_changed_path_does_not_convince(size: int, data: DataObject) -> None:
    index = data.draw(some.integers(0, size - 1))
    path = path_of(index, size)
    for wrong in distorted(path, data):
        assert not includes(LEAVES[index], index, size, wrong, ROOTS[size])


@given(sizes, some.data())
def test_a_tree_that_does_not_go_on_is_not_proven_to(new: int, data: DataObject) -> None:
    old = data.draw(some.integers(1, new))
    path = proof_of(old, new)
    forged = rfc_root([b"forged", *LEAVES[1:new]])
    assert goes_on(old, ROOTS[old], new, ROOTS[new], path)
    assert not goes_on(old, ROOTS[old], new, forged, path)
    assert not goes_on(old, forged, new, ROOTS[new], path)
    assert not goes_on(old + 1, ROOTS[old], new, ROOTS[new], path)
    for wrong in distorted(path, data):
        assert not goes_on(old, ROOTS[old], new, ROOTS[new], wrong)


def distorted(path: list[bytes], data: DataObject) -> list[list[bytes]]:
    """Paths that are not quite right."""
    wrong = [[*path, b"\0" * 32]]
    if path:
        place = data.draw(some.integers(0, len(path) - 1))
        wrong.append(path[:place] + path[place + 1 :])
        wrong.append([*path[:place], b"\xff" * 32, *path[place + 1 :]])
    return wrong


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_what_is_not_in_the_tree_cannot_be_proven(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="is not in a tree"):
        inclusion_ranges(index, size)
    assert not includes(LEAVES[0], index, size, [], ROOTS[1])


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3), (-1, 3)])
def test_a_tree_that_is_larger_or_empty_begins_nothing(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="does not begin"):
        consistency_ranges(old, new)
    assert not goes_on(old, ROOTS[0], new, ROOTS[3], [])


def test_leaves_that_end_too_early_are_told() -> None:
    with pytest.raises(ValueError, match="leaves end"):
        roots(LEAVES[:5], inclusion_ranges(0, 9))
