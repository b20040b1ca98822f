"""What a check found: how bad, how often, where first, and how to mend it."""

from __future__ import annotations

from typing import Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Severity = Literal["error", "warning", "note"]
"""Errors keep a file from being used; warnings want a look; notes are good to know."""

Mask = NDArray[np.bool_]

PLACES = 3
"""So many places are named."""


class Finding(Struct, frozen=True):
    """One thing that is wrong, or worth knowing."""

    severity: Severity
    check: str
    """Name of the check, such as "gaps"."""
    series: str
    """Coin, or topic and coin."""
    count: int
    words: str
    """What was found, with the field and its value."""
    mend: str
    at: tuple[int, ...] = ()
    """The first places: moments in UTC microseconds."""


class Series(Struct, frozen=True, eq=False):
    """The rows of one coin, or of one topic and coin, in the order of the file."""

    name: str
    at: NDArray[np.int64]
    """UTC microseconds."""

    def places(self, wrong: Mask) -> tuple[int, ...]:
        """The first moments at which something is wrong."""
        found: list[int] = self.at[wrong][:PLACES].tolist()
        return tuple(found)


def found(
    severity: Severity, check: str, series: Series, wrong: Mask, words: str, mend: str
) -> list[Finding]:
    """A finding where anything is wrong; `{}` in the words is the count."""
    count = int(wrong.sum())
    if not count:
        return []
    told = words.replace("{}", f"{count:,}")
    return [Finding(severity, check, series.name, count, told, mend, series.places(wrong))]
