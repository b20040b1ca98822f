"""Snapshots: any state as bytes and back."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra.numpy import array_shapes, arrays
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.domain.units import Coin
from trimtab.records.snapshot import decode, encode

CELL = np.dtype([("a", "f8"), ("many", "f4", (3,)), ("grid", "i8", (2, 2)), ("flag", "?")])


class State(Struct, frozen=True, eq=False):
    coins: tuple[Coin, ...]
    cells: NDArray[Any]
    levels: dict[Coin, float] = {}


@settings(max_examples=40)
@given(arrays(some.sampled_from([np.float64, np.int64, np.bool_, np.float32]), array_shapes()))
def test_arrays_come_back_bit_for_bit(array: NDArray[Any]) -> None:
    again = decode(encode(State((), array)), State).cells
    assert again.dtype == array.dtype
    assert again.shape == array.shape
    assert again.tobytes() == array.tobytes()


def test_records_keep_their_layout() -> None:
    cells = np.zeros(2, CELL)
    cells["many"][1] = [1.0, 2.0, 3.0]
    cells["grid"][0] = [[1, 2], [3, 4]]
    cells["flag"][1] = True
    again = decode(encode(State((Coin("A"),), cells)), State)
    assert again.cells.dtype == CELL
    assert again.cells.tobytes() == cells.tobytes()
    assert again.coins == (Coin("A"),)


def test_equal_states_have_equal_bytes_whatever_the_order_of_their_keys() -> None:
    cells = np.zeros(1)
    one = State((), cells, {Coin("A"): 1.0, Coin("B"): 2.0})
    other = State((), cells.copy(), {Coin("B"): 2.0, Coin("A"): 1.0})
    assert encode(one) == encode(other)


def test_a_restored_array_can_be_written_like_a_fresh_one() -> None:
    assert decode(encode(State((), np.zeros(3))), State).cells.flags.writeable


def test_what_is_no_state_is_refused() -> None:
    with pytest.raises(NotImplementedError, match="cannot hold a object"):
        encode(State((), object()))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_bytes_that_are_cut_off_are_refused() -> None:
    with pytest.raises(msgspec.DecodeError):
        decode(encode(State((), np.zeros(3)))[:-4], State)
