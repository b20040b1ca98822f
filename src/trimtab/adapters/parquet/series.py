"""Rows of several series in one file: each must go forward in time, without repeats."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from trimtab.adapters.parquet.errors import DataError, moment
from trimtab.adapters.parquet.table import PathText

Whole = NDArray[np.int64]
Name = Callable[[int], str]
"""The words for a series, such as its symbol."""


def steps_of(path: PathText, at: Whole, series: Whole, name: Name) -> Whole:
    """The steps (microseconds) between neighbouring rows of each series, all of them positive.

    The rows may be ordered by time or by series. Raises DataError on a repeated or backward step.
    """
    order = np.argsort(series.astype(np.uint32), kind="stable")
    at, series = at[order], series[order]
    same = series[1:] == series[:-1]
    steps = np.diff(at)
    wrong = same & (steps <= 0)
    if wrong.any():
        row = int(wrong.argmax()) + 1
        raise DataError(f"{path}: {name(int(series[row]))} {_wrong_step(at[row - 1], at[row])}")
    between: Whole = steps[same]
    return between


def _wrong_step(before: int, after: int) -> str:
    if before == after:
        return f"has two rows at {moment(after)}: remove one"
    return f"has {moment(after)} after {moment(before)}: sort the file by time"
