"""Funding: rates that no exchange settles."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trimtab.adapters.inspection.finding import About, Found, at_rows, joined
from trimtab.adapters.inspection.opening import Sheet
from trimtab.adapters.inspection.track import Track
from trimtab.domain.units import HOUR

HIGHEST = 0.04
"""Of the notional, an hour: what venues cap it at."""
_LARGE = 0.0005
"""Median of a coin's rates an hour; percent written as fractions are beyond it."""


def look_at_funding(sheet: Sheet) -> Found:
    """Everything that is wrong or odd in the rates."""
    track, rate = sheet.track, sheet.columns["rate"]
    whole = np.abs(rate) < 1.0
    hours = _hours(track)
    absurd = whole & (np.abs(rate) > HIGHEST * np.minimum(hours, 8.0))
    return joined(
        (
            at_rows(_NO_RATE, track, ~whole, rate),
            at_rows(_ABSURD, track, absurd, rate),
            at_rows(_PERCENT, track, _in_percent(sheet, np.abs(rate) / hours), rate),
        )
    )


def _hours(track: Track) -> NDArray[np.float64]:
    """By row: of the settlement before; of the first one, until the next."""
    steps = track.steps
    since = np.where(steps > 0, steps, np.append(steps[1:], -1))
    hours: NDArray[np.float64] = np.maximum(since, HOUR) / HOUR
    return hours


_NO_RATE = About(
    "error", "figure", "rate", "is no fraction of the notional between -1 and 1",
    "give a fraction: 0.01 % is 0.0001",
)  # fmt: skip
_ABSURD = About(
    "error", "absurd_rate", "rate", f"is beyond {HIGHEST:.0%} an hour, which no venue settles",
    "look whether it is in percent or basis points",
)  # fmt: skip
_PERCENT = About(
    "warning", "percent", "rate", "the coin's usual rate is so large that it may be in percent",
    "give a fraction: 0.01 % is 0.0001",
)  # fmt: skip


def _in_percent(sheet: Sheet, hourly: NDArray[np.float64]) -> NDArray[np.bool_]:
    usual = np.full_like(hourly, 0.0)
    for part in sheet.track.stretches():
        usual[part] = np.nanmedian(hourly[part]) if np.isfinite(hourly[part]).any() else 0.0
    large: NDArray[np.bool_] = usual > _LARGE
    return large
