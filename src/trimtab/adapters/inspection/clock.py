"""Times: gaps, repeats, rows off the grid, and clocks that cannot be right."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from trimtab.adapters.inspection.finding import TIME, About, Found, at_rows, joined, told
from trimtab.adapters.inspection.opening import Sheet
from trimtab.adapters.inspection.track import Track, Whole, commonest
from trimtab.adapters.parquet.errors import length, moment
from trimtab.domain.units import DAY, HOUR, MINUTE, Micros

_USUAL = 0.05
"""A step that makes up this share of a coin's settlements is a change of schedule, no gap."""
_FIRST_YEAR, _LAST_YEAR = 14_245 * DAY, 47_482 * DAY
"""2009, the first coin; 2100."""
_MANY_GAPS = 0.01
_SPRING, _AUTUMN = (3,), (10, 11)


class Coverage(Struct, frozen=True, eq=False):
    """What one series has."""

    name: str
    rows: int
    first: str
    last: str
    gaps: int
    missing: int
    """Rows that would fill them."""
    share: float
    """Of all rows there should be."""
    longest: str
    longest_at: str
    spans: tuple[tuple[int, int], ...]
    """From, until: where there is data without a gap (UTC microseconds)."""


class Clockwork(Struct, frozen=True, eq=False):
    """How the rows of a file lie in time."""

    interval: int
    """The commonest step of the file (microseconds); 0 where there is none."""
    coverage: tuple[Coverage, ...]
    found: Found


def look_at_clock(sheet: Sheet, now: Micros) -> Clockwork:
    """Everything that times alone can tell."""
    track, steps = sheet.track, sheet.track.steps
    interval = commonest(_rounded(sheet, steps[steps > 0]))
    every = _cadences(sheet, steps, interval)
    coverage = tuple(
        _coverage(sheet, name, part, every[name])
        for name, part in zip(track.names, track.stretches(), strict=True)
    )
    found = joined(
        (
            at_rows(_DUPLICATE, track, steps == 0),
            _off_grid(sheet, every, interval),
            _gaps(sheet, coverage),
            _impossible(track, now),
            _odd_hours(sheet, interval),
            _summer_time(sheet, interval),
        )
    )
    return Clockwork(interval, coverage, found)


_DUPLICATE = About(
    "error", "duplicate", TIME, "is there twice for the same series", "remove one of the two"
)


def _rounded(sheet: Sheet, steps: Whole) -> Whole:
    """Settlements are stamped some milliseconds late."""
    if sheet.contract != "funding":
        return steps
    return (steps + MINUTE // 2) // MINUTE * MINUTE


def _cadences(sheet: Sheet, steps: Whole, interval: int) -> dict[str, int]:
    """The longest step of each series that is no gap."""
    if sheet.contract == "candles":
        return dict.fromkeys(sheet.track.names, interval)
    longest: dict[str, int] = {}
    for name, part in zip(sheet.track.names, sheet.track.stretches(), strict=True):
        own = steps[part]
        own = _rounded(sheet, own[own > 0])
        longest[name] = _usual(own) if sheet.contract == "funding" else commonest(own)
    return longest


def _usual(steps: Whole) -> int:
    if not len(steps):
        return 0
    different, times = np.unique(steps, return_counts=True)
    return int(different[times >= max(_USUAL * len(steps), min(2, int(times.max())))].max())


def _coverage(sheet: Sheet, name: str, part: slice, cadence: int) -> Coverage:
    at = sheet.track.at[part]
    steps = _rounded(sheet, np.diff(at))
    holes = np.flatnonzero(steps > max(cadence, 1)) if cadence else np.empty(0, np.int64)
    missing = int((steps[holes] // max(cadence, 1) - 1).clip(min=1).sum()) if len(holes) else 0
    worst = int(steps.argmax()) if len(holes) else 0
    begins = [at[0], *at[holes + 1]]
    ends = [*at[holes], at[-1]]
    spans = tuple((int(a), int(b) + cadence) for a, b in zip(begins, ends, strict=True))
    return Coverage(
        name, len(at), moment(at[0]), moment(at[-1]), len(holes), missing,
        missing / (missing + len(at)),
        length(Micros(int(steps[worst]) - cadence)) if len(holes) else "",
        moment(int(at[worst]) + cadence) if len(holes) else "", spans,
    )  # fmt: skip


def _gaps(sheet: Sheet, coverage: tuple[Coverage, ...]) -> Found:
    holed = sorted((one for one in coverage if one.gaps), key=lambda one: -one.missing)
    if not holed:
        return Found()
    many = holed[0].share > _MANY_GAPS and sheet.contract != "predictions"
    missing = sum(one.missing for one in holed)
    about = About(
        "warning" if many else "note",
        "gap",
        TIME,
        f"{missing:,} rows are missing within {len(holed)} series",
        "fetch them again; what stays missing is never filled",
    )
    places = (
        f"{one.name}: {one.gaps:,} gaps, {one.missing:,} rows ({one.share:.2%}), "
        f"the longest {one.longest} from {one.longest_at}"
        for one in holed
    )
    return told(about, sum(one.gaps for one in holed), places)


def _off_grid(sheet: Sheet, every: dict[str, int], interval: int) -> Found:
    if sheet.contract == "funding" or not interval:
        return Found()
    track = sheet.track
    wrong = np.zeros(len(track.at), bool)
    for name, part in zip(track.names, track.stretches(), strict=True):
        cadence = every[name] or interval
        usual = commonest(track.at[part] % cadence) if sheet.contract == "predictions" else None
        wrong[part] = track.at[part] % cadence != (usual or 0)
    if sheet.contract == "candles":
        wrong = track.at % interval != commonest(track.at % interval)
        return at_rows(_grid(interval), track, wrong)
    return at_rows(_OFF_CADENCE, track, wrong)


def _grid(interval: int) -> About:
    words = f"is off the grid of {length(Micros(interval))} bars"
    return About("error", "off_grid", "ts", words, "remove or resample the bar")


_OFF_CADENCE = About(
    "warning", "off_cadence", "issued_at", "is off the cadence of its topic",
    "issue at the close of a bar",
)  # fmt: skip


def _impossible(track: Track, now: Micros) -> Found:
    early, late = track.at < _FIRST_YEAR, track.at > _LAST_YEAR
    future = (track.at > now) & ~late
    return joined(
        (
            at_rows(_EARLY, track, early),
            at_rows(_LATE, track, late),
            at_rows(_FUTURE, track, future),
        )
    )


_EARLY = About(
    "error", "unit", TIME, "lies before 2009: milliseconds or seconds read as a finer unit",
    "multiply the time by 1,000 until the year is right, or import it again",
)  # fmt: skip
_LATE = About(
    "error", "unit", TIME, "lies after 2100: microseconds read as milliseconds",
    "divide the time by 1,000, or import it again",
)  # fmt: skip
_FUTURE = About(
    "error",
    "future",
    TIME,
    "has not come yet",
    "correct the clock or time zone of whoever wrote it",
)


def _odd_hours(sheet: Sheet, interval: int) -> Found:
    """Exchanges count bars and settlements from midnight UTC."""
    if sheet.contract == "predictions" or not interval or DAY % interval:
        return Found()
    offset = commonest(_rounded(sheet, sheet.track.at) % interval)
    return told(_ODD_HOURS, int(bool(offset)), [length(Micros(offset))])


_ODD_HOURS = About(
    "warning", "time_zone", "ts", "lies this long after the hours that begin at midnight UTC",
    "give times in UTC; import with --time-zone",
)  # fmt: skip


def _summer_time(sheet: Sheet, interval: int) -> Found:
    """Local time repeats an hour in autumn and leaves one out in spring, on a Sunday."""
    if not 0 < interval <= HOUR:
        return Found()
    track, steps = sheet.track, sheet.track.steps
    twice = _on_sunday(track.at[steps == 0], _AUTUMN)
    left_out = _on_sunday(track.at[steps == interval + HOUR], _SPRING)
    both = len(twice) > 0 and len(left_out) > 0
    return told(_SUMMER_TIME, len(twice) if both else 0, (moment(int(at)) for at in twice))


_SUMMER_TIME = About(
    "warning", "summer_time", TIME,
    "an hour is left out on a Sunday in March and repeated on one in autumn, as local time does",
    "give times in UTC; import with --time-zone",
)  # fmt: skip


def _on_sunday(at: Whole, months: tuple[int, ...]) -> Whole:
    sunday = (at // DAY + 4) % 7 == 0
    month = at.astype("datetime64[us]").astype("datetime64[M]").astype(np.int64) % 12 + 1
    early = at % DAY <= 4 * HOUR
    chosen: Whole = at[sunday & early & np.isin(month, months)]
    return chosen
