"""How much room a journal takes, what takes it, and how much it will be in a year."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from trimtab.adapters.sqlite.journal_size import measured
from trimtab.app.journals import is_on_postgres, url
from trimtab.domain.units import DAY
from trimtab.records.journal_size import JournalSize

_YEAR = 365.25
"""Days."""

_MEBI = 1 << 20


class TypeFigures(Struct, frozen=True):
    """All rows of one type of fact."""

    type: str
    rows: int
    bytes: int


class JournalFigures(Struct, frozen=True):
    """What `journal size --json` gives."""

    rows: int
    file_bytes: int
    """On a server of the tables; where bots share them, this one's part."""
    log_bytes: int | None
    """The write-ahead log, which is there while a bot writes; `null` on a server."""
    snapshots: int
    states: int
    """Snapshots that hold their state."""
    state_bytes: int
    archives: int
    archived_rows: int
    days: float
    """From the first fact to the last, by the time of the facts."""
    rows_per_day: float | None
    bytes_per_day: float | None
    """Of the file; `null` for less than an hour."""
    bytes_per_year: float | None
    types: tuple[TypeFigures, ...]
    """The largest first."""


def figures_of(place: str | Path) -> JournalFigures:
    """Of a journal at a path or URL. Raises JournalError."""
    found = _measured(place)
    rows = sum(each.rows for each in found.types)
    days = (found.last_at - found.first_at) / DAY
    daily = _bytes(found) / days if days > 1 / 24 else None
    return JournalFigures(
        rows=rows,
        file_bytes=found.file_bytes,
        log_bytes=found.log_bytes,
        snapshots=found.snapshots,
        states=found.states,
        state_bytes=found.state_bytes,
        archives=found.archives,
        archived_rows=found.archived_rows,
        days=days,
        rows_per_day=rows / days if daily is not None else None,
        bytes_per_day=daily,
        bytes_per_year=None if daily is None else daily * _YEAR,
        types=tuple(TypeFigures(*each) for each in found.types),
    )


def told(figures: JournalFigures) -> Iterator[str]:
    """Line by line."""
    yield f"{'type':28}{'rows':>12}{'MiB':>10}{'bytes a row':>14}"
    for each in figures.types:
        yield (
            f"{each.type:28}{each.rows:>12,}{each.bytes / _MEBI:>10.2f}"
            f"{each.bytes / each.rows:>14,.0f}"
        )
    log = "" if figures.log_bytes is None else f", log {figures.log_bytes / _MEBI:,.1f} MiB"
    yield f"{figures.rows:,} rows in {figures.file_bytes / _MEBI:,.1f} MiB{log}"
    yield (
        f"{figures.snapshots:,} snapshots, {figures.states} with their state "
        f"({figures.state_bytes / _MEBI:,.2f} MiB)"
    )
    if figures.archives:
        yield f"{figures.archived_rows:,} rows have their bars in {figures.archives} archives"
    if figures.bytes_per_day is not None and figures.bytes_per_year is not None:
        yield (
            f"{figures.days:,.1f} days: {figures.bytes_per_day / _MEBI:,.2f} MiB a day, "
            f"{figures.bytes_per_year / _MEBI:,.0f} MiB a year"
        )


def _measured(place: str | Path) -> JournalSize:
    if not is_on_postgres(place):
        return measured(place)
    from trimtab.adapters.postgres import journal_size  # noqa: PLC0415 - needs a library of its own

    return journal_size.measured(url(place))


def _bytes(found: JournalSize) -> int:
    """What grows with the facts: not the few states that are kept."""
    return max(0, found.file_bytes - found.state_bytes)
