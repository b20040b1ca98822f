"""The rows of a file as series that go forward in time."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trimtab.adapters.parquet.errors import moment

Whole = NDArray[np.int64]


class Track(NamedTuple):
    """Rows ordered by series, then by time, then as in the file."""

    names: tuple[str, ...]
    """Of the series, such as coins."""
    code: Whole
    """Place in `names`."""
    at: Whole
    """UTC microseconds."""
    row: Whole
    """Place in the file, from 0."""

    def name(self, row: int) -> str:
        """The series of a row."""
        return self.names[int(self.code[row])]

    def place(self, row: int) -> str:
        """Where that is, in words."""
        return f"{self.name(row)} at {moment(int(self.at[row]))} (row {int(self.row[row]) + 1})"

    @property
    def together(self) -> NDArray[np.bool_]:
        """By row: the row before belongs to the same series."""
        return np.concatenate([[False], self.code[1:] == self.code[:-1]])[: len(self.at)]

    @property
    def steps(self) -> Whole:
        """By row: since the row before; -1 where that is another series."""
        behind = np.diff(self.at, prepend=self.at[:1])
        return np.where(self.together, behind, -1)

    def stretches(self) -> list[slice]:
        """The rows of each series, by `names`."""
        ends = np.searchsorted(self.code, np.arange(len(self.names) + 1))
        return [slice(int(a), int(b)) for a, b in itertools.pairwise(ends)]


def track_of(names: tuple[str, ...], code: Whole, at: Whole, row: Whole) -> tuple[Track, Whole]:
    """The track, and the order in which the rows of the file stand in it."""
    order = np.argsort(code.astype(np.uint32), kind="stable")
    behind = np.diff(at[order])
    if ((behind < 0) & (np.diff(code[order]) == 0)).any():
        order = np.lexsort((at, code))
    return Track(names, code[order], at[order], row[order]), order


def commonest(values: Whole) -> int:
    """The value that occurs most; 0 where there is none."""
    if not len(values):
        return 0
    different, times = np.unique(values, return_counts=True)
    return int(different[times.argmax()])
