"""What a look at a file found, and where."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
from msgspec import Struct
from msgspec.structs import astuple
from numpy.typing import NDArray

from trimtab.adapters.inspection.track import Track, Whole
from trimtab.adapters.parquet.errors import moment

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
TIME = "time"
"""Stands for the column of times, whatever its name."""
SHOWN = 5
"""Places that are named; the rest is counted."""
_DRAWN = 2_000


class Finding(Struct, frozen=True):
    """One kind of trouble, however often it occurs."""

    severity: Severity
    check: str
    """Its short name, for scripts."""
    field: str
    """The column, or the columns joined by commas."""
    words: str
    value: str
    """What stands at the first place; empty where no single value is wrong."""
    count: int
    places: tuple[str, ...]
    """The first ones."""
    mend: str


class Mark(Struct, frozen=True):
    """Something to draw at a moment of a series."""

    check: str
    series: str
    at: int


class Found(Struct, frozen=True):
    """Findings and what of them can be drawn."""

    findings: tuple[Finding, ...] = ()
    marks: tuple[Mark, ...] = ()


NOTHING = Found()


class About(Struct, frozen=True):
    """What all findings of a kind have in common."""

    severity: Severity
    check: str
    field: str
    words: str
    mend: str


def joined(parts: Iterable[Found]) -> Found:
    """All of them, in order."""
    known = tuple(parts)
    findings = tuple(one for part in known for one in part.findings)
    return Found(findings, tuple(mark for part in known for mark in part.marks))


def told(about: About, count: int, places: Iterable[str], value: str = "") -> Found:
    """A finding that cannot be drawn; nothing where the count is zero."""
    if not count:
        return NOTHING
    return Found((_finding(about, value, count, tuple(places)[:SHOWN]),))


def _finding(about: About, value: str, count: int, places: tuple[str, ...]) -> Finding:
    severity, check, field, words, mend = astuple(about)
    return Finding(severity, check, field, words, value, count, places, mend)


def at_rows(
    about: About,
    track: Track,
    wrong: NDArray[np.bool_],
    values: NDArray[np.float64] | Whole | None = None,
) -> Found:
    """A finding of the rows where `wrong` holds.

    `values` are those that are wrong: figures, or moments as whole numbers; without them, the times.
    """
    rows = np.flatnonzero(wrong)
    if not len(rows):
        return NOTHING
    value = _shown(track.at if values is None else values, int(rows[0]))
    found = told(about, len(rows), map(track.place, rows[:SHOWN]), value)
    thinned = rows[:: max(1, len(rows) // _DRAWN)]
    marks = tuple(Mark(about.check, track.name(row), int(track.at[row])) for row in thinned)
    return Found(found.findings, marks)


def _shown(values: NDArray[np.float64] | Whole, row: int) -> str:
    value: float = values[row].item()
    return moment(value) if isinstance(value, int) else f"{value:g}"
