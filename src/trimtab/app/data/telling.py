"""What `trimtab data check` says: lines for people, figures for scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from trimtab.adapters.inspection.finding import SEVERITIES, Finding
from trimtab.adapters.inspection.inspect import Inspection
from trimtab.adapters.inspection.skill import Skill

_MOST = 12
"""Lines of a table on the screen."""


class Stretch(Struct, frozen=True):
    """How much of one series is there."""

    name: str
    rows: int
    first: str
    last: str
    gaps: int
    missing: int
    missing_share: float
    longest_gap: str


class Checked(Struct, frozen=True):
    """What `--json` of `data check` gives."""

    file: str
    contract: str
    rows: int
    interval_s: float
    errors: int
    warnings: int
    notes: int
    findings: tuple[Finding, ...]
    series: tuple[Stretch, ...]
    skills: tuple[Skill, ...]


def checked(path: Path, seen: Inspection) -> Checked:
    """The figures of an inspection."""
    errors, warnings, notes = (_count(seen, severity) for severity in SEVERITIES)
    series = tuple(
        Stretch(
            one.name, one.rows, one.first, one.last, one.gaps, one.missing, one.share, one.longest
        )
        for one in seen.coverage
    )
    return Checked(
        str(path), seen.contract, seen.rows, seen.interval / 1e6, errors, warnings, notes,
        seen.findings, series, seen.skills,
    )  # fmt: skip


def _count(seen: Inspection, severity: str) -> int:
    return sum(one.severity == severity for one in seen.findings)


def lines_of(path: Path, seen: Inspection) -> Iterator[str]:
    """What was read, what was found, and the verdict."""
    first, last = min(one.first for one in seen.coverage), max(one.last for one in seen.coverage)
    yield (
        f"{path}: {seen.contract}, {seen.rows:,} rows, {len(seen.coverage):,} series, "
        f"{first} to {last}"
    )
    for finding in seen.findings:
        yield from _finding(finding)
    yield from _skills(seen.skills)
    errors, warnings, _ = (_count(seen, severity) for severity in SEVERITIES)
    verdict = "cannot be used as it is" if errors else "can be used"
    yield f"{errors} kinds of errors, {warnings} of warnings: the file {verdict}"


def _finding(one: Finding) -> Iterator[str]:
    value = f"; the first is {one.value}" if one.value else ""
    yield f"{one.severity}: {one.field}: {one.words}{value}: {one.mend} ({one.count:,} times)"
    for place in one.places:
        yield f"    {place}"


def _skills(skills: tuple[Skill, ...]) -> Iterator[str]:
    topics = [one for one in skills if one.symbol == "*" and one.hit_rate is not None]
    for one in topics[:_MOST]:
        yield (
            f"{one.topic}: right {one.hit_rate:.1%} of {one.forecasts:,} times "
            f"({one.low:.1%} to {one.high:.1%}), correlation {one.correlation:+.3f}"
        )
    if len(topics) > _MOST:
        yield f"and {len(topics) - _MOST} more topics, see --json"
