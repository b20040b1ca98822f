"""Time: order, repeats, holes, rows off the grid, and moments that cannot be."""

from __future__ import annotations

import numpy as np

from trimtab.domain.units import DAY, HOUR, SECOND, Micros
from trimtab.lab.data_checks.findings import Finding, Series, found

EARLIEST = Micros(14_245 * DAY)
"""2009-01-01: before it there was nothing to trade."""


def step_of(series: list[Series]) -> Micros:
    """The commonest step between neighbouring moments of all series; 0 where there is none."""
    steps = [np.diff(np.unique(one.at)) for one in series]
    every = np.concatenate(steps) if steps else np.zeros(0, np.int64)
    if not len(every):
        return Micros(0)
    lengths, times = np.unique(every, return_counts=True)
    return Micros(int(lengths[times.argmax()]))


def times(series: Series, now: Micros) -> list[Finding]:
    """Moments before there were markets, after now, out of order, or twice."""
    early, future = series.at < EARLIEST, series.at > now
    back = np.diff(series.at, prepend=series.at[:1]) < 0
    ordered = np.sort(series.at)
    twice = np.zeros(len(ordered), np.bool_)
    twice[1:] = ordered[1:] == ordered[:-1]
    in_order = Series(series.name, ordered)
    return [
        *found("error", "clock", series, early, "{} rows lie before 2009: a wrong unit of time, "
               "such as milliseconds read as microseconds", "give ts as a UTC timestamp"),
        *found("error", "clock", series, future, "{} rows lie in the future",
               "check the clock, the unit and the time zone of ts"),
        *found("error", "order", series, back, "{} rows go back in time", "sort the file by time"),
        *found("error", "duplicates", in_order, twice, "{} rows have a moment that is there already",
               "keep one row for each moment"),
    ]  # fmt: skip


def grid(series: Series, step: Micros, origin: int) -> list[Finding]:
    """Rows between the points of the common grid."""
    if step <= 0:
        return []
    astray = (series.at - origin) % step != 0
    return found(
        "error", "clock", series, astray, "{} rows lie off the grid of " + span(step),
        "resample them, or remove them",
    )  # fmt: skip


def gaps(series: Series, step: Micros, longest_allowed: int = 1) -> list[Finding]:
    """Holes: how much is missing, and the longest."""
    at = np.unique(series.at)
    if step <= 0 or len(at) < 2:
        return []
    missing = np.diff(at) // step - 1
    holes = missing >= longest_allowed
    if not holes.any():
        return []
    lost, longest = int(missing[holes].sum()), int(missing.max())
    share = lost / ((at[-1] - at[0]) // step + 1)
    where = tuple((at[:-1][holes] + step)[:3].tolist())
    words = (
        f"{lost:,} rows are missing ({share:.2%}) in {int(holes.sum()):,} holes, "
        f"the longest of {span(Micros(longest * step))}"
    )
    return [
        Finding("warning", "gaps", series.name, lost, words,
                "fill them from another source; what stays missing counts as no trade", where)
    ]  # fmt: skip


def coverage(series: Series, edges: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[float]:
    """Rows in each stretch between neighbouring edges, as the share of the fullest stretch."""
    inside = np.histogram(series.at, edges)[0].astype(float)
    shares: list[float] = (inside / max(1.0, float(inside.max(initial=0.0)))).tolist()
    return shares


def span(length: Micros) -> str:
    """A length of time in words."""
    units = ((DAY, "d"), (HOUR, "h"), (60 * SECOND, "min"), (SECOND, "s"))
    for unit, name in units:
        if length >= unit:
            return f"{length / unit:g} {name}"
    return f"{length} µs"
