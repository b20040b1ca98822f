"""NumPy records between Python and kernels: copies that are cheap, written to by one kernel only."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Records = NDArray[Any]

_LAYOUTS: dict[np.dtype[Any], np.dtype[Any]] = {}


def layout(fields: list[Any]) -> np.dtype[Any]:
    """The layout of records with these fields, as `numpy.dtype` takes them.

    One object for all who ask: Numba knows a layout by identity, and takes four times as long for
    a call with an equal one.
    """
    made = np.dtype(fields)
    return _LAYOUTS.setdefault(made, made)


def copied(records: Records, layout: np.dtype[Any]) -> Records:
    """A copy for a kernel to write into.

    By way of bytes and with the module's own `layout`, which Numba then knows by identity: a
    quarter of the time of a copy field by field, and a tenth of handing records out of a kernel.
    """
    return np.ndarray(records.shape, layout, memory_of(records))


def memory_of(records: Records) -> bytearray:
    """A copy of the bytes; those of a copy, which lie alone in their memory, are copied at once."""
    whole: Any = records.base
    if type(whole) is bytearray and len(whole) == records.nbytes:
        return bytearray(whole)
    return bytearray(records.tobytes())
