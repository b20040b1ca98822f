"""The Merkle tree is the one of RFC 9162: pymerkle, an independent library, comes to the same roots."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as some
from pymerkle import InmemoryTree

from tests.builders.merkle import leaves, rfc_root, theirs
from trimtab.records.merkle_tree import EMPTY_ROOT, MerkleTree, leaf_hash, node_hash

LARGEST = 300


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert MerkleTree().root == EMPTY_ROOT == sha256(b"").digest()


def test_known_roots_of_the_test_vectors_of_certificate_transparency_come_out() -> None:
    """Inputs and roots as in google/certificate-transparency, merkletree/merkle_tree_test.cc."""
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
    inputs.append("606162636465666768696a6b6c6d6e6f")
    expected = {
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }
    tree = MerkleTree()
    for leaf in inputs:
        tree.append(bytes.fromhex(leaf))
        assert tree.root.hex() == expected[tree.size]


def test_at_every_size_the_root_is_that_of_pymerkle() -> None:
    tree, other = MerkleTree(), InmemoryTree(algorithm="sha256")
    for leaf in leaves(LARGEST):
        tree.append(leaf)
        other.append_entry(leaf)
        assert tree.root == other.get_root()


@given(some.lists(some.binary(max_size=40), max_size=70))
def test_any_leaves_have_the_root_of_the_definition(data: list[bytes]) -> None:
    tree = MerkleTree()
    tree.extend(data)
    assert tree.size == len(data)
    assert tree.root == rfc_root(data)
    assert not data or tree.root == theirs(data).get_root()


def test_a_leaf_cannot_pass_for_a_node() -> None:
    left, right = leaf_hash(b"left"), leaf_hash(b"right")
    assert node_hash(left, right) != leaf_hash(left + right)
