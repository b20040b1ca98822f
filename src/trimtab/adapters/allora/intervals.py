"""The interval that comes with some forecasts: how sure the network is."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct

_LOWER, _UPPER = Decimal("15.87"), Decimal("84.13")
"""One standard deviation of a normal distribution to either side."""


class Interval(Struct, frozen=True):
    """Between the percentiles 15.87 and 84.13, as recorded forecasts have it too."""

    lower: Decimal
    upper: Decimal


def interval_of(percentiles: Sequence[Decimal], values: Sequence[Decimal]) -> Interval | None:
    """None where those two percentiles are not told, or where the values make no interval."""
    if len(percentiles) != len(values):
        return None
    told = dict(zip(percentiles, values, strict=True))
    lower, upper = told.get(_LOWER), told.get(_UPPER)
    if lower is None or upper is None or lower > upper:
        return None
    return Interval(lower, upper)
