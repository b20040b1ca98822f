"""A snapshot: any state as bytes and back, bit for bit; equal states have equal bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, TypeVar, cast

import numpy as np
from msgspec import Struct, msgpack
from numpy.typing import NDArray

from trimtab.domain.records import layout

T = TypeVar("T")


class Snapshot(Struct, frozen=True):
    """A bot's whole state as of a seq: where a restart begins, and what a replay must come to."""

    seq: int
    at: int
    """UTC in microseconds, of the last fact from outside."""
    state_hash: str
    """SHA-256 of the state's bytes, in hex."""
    versions: dict[str, str]
    """What made it; only the same versions are sure to come to the same bytes."""
    state: bytes | None
    """As `encode` gives it; None where only the hash was kept."""


def taken(seq: int, at: int, versions: Mapping[str, str], state: object) -> Snapshot:
    """The snapshot of a state that holds after `seq`."""
    data = encode(state)
    return Snapshot(seq, at, hash_of(data), dict(versions), data)


def hash_of(data: bytes) -> str:
    """SHA-256 of a state's bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def arrays_of(state: object, path: str = "") -> dict[str, tuple[np.dtype[Any], int]]:
    """Layout and number of dimensions of every array in a state, by its place: the state's form."""
    if isinstance(state, np.ndarray):
        array = cast("NDArray[Any]", state)
        return {path: (array.dtype, array.ndim)}
    if not isinstance(state, Struct):
        return {}
    parts = [arrays_of(getattr(state, name), f"{path}.{name}") for name in state.__struct_fields__]
    return {place: form for part in parts for place, form in part.items()}


def encode(state: object) -> bytes:
    """The state as MessagePack; arrays with their record layout, shape and raw bytes."""
    return msgpack.encode(state, enc_hook=_pack, order="deterministic")


def decode(data: bytes, kind: type[T]) -> T:
    """The state of this kind.

    Raises msgspec.DecodeError when the bytes are cut off or hold another kind of state.
    """
    return msgpack.decode(data, type=kind, dec_hook=_unpack)


def _pack(value: object) -> object:
    if not isinstance(value, np.ndarray):
        raise NotImplementedError(f"a state cannot hold a {type(value).__name__}")
    array = cast("NDArray[Any]", value)
    return {"dtype": array.dtype.descr, "shape": array.shape, "data": array.tobytes()}


def _unpack(_: type, packed: Any) -> NDArray[Any]:
    """Writable, for a read-only array is another type to numba, which would compile again."""
    return np.ndarray(packed["shape"], _dtype(packed["dtype"]), bytearray(packed["data"]))


def _dtype(description: list[Any]) -> np.dtype[Any]:
    """Undoes ``dtype.descr``: a nameless field is a plain number, a third entry a shape."""
    name, kind, *_ = description[0]
    if name == "":
        return np.dtype(str(kind))
    return layout([(name, kind, *map(tuple, shape)) for name, kind, *shape in description])
