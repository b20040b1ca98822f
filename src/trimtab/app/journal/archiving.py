"""Old bars leave the journal for Parquet files; rows, hashes and all other facts stay."""

from __future__ import annotations

from collections.abc import Sequence
from os.path import relpath
from pathlib import Path

from msgspec import Struct

from trimtab.adapters.parquet import bar_archive
from trimtab.adapters.sqlite.old_bars import OldBars
from trimtab.app.errors import UserError
from trimtab.app.output import progress_bar
from trimtab.domain.units import Micros
from trimtab.records.archive import Archive
from trimtab.records.journal_row import JournalRow

BATCH = 50_000
"""Rows of one file: what is in memory at a time."""


class Archiving(Struct, frozen=True):
    """What `journal archive --json` gives."""

    rows: int
    files: tuple[str, ...]
    bytes_before: int
    """Of the journal's file."""
    bytes_after: int


def archived(journal: Path, before: Micros, folder: Path, batch: int = BATCH) -> Archiving:
    """Moves bars from before a moment (UTC). Raises JournalError and UserError.

    A batch is in its file, on the disk and read back before the journal lets go of it.
    """
    if not journal.is_file():
        raise UserError(f"{journal}: no such journal: check the path")
    size = journal.stat().st_size
    old = OldBars.open(journal)
    try:
        files = _moved(old, journal, before, folder, batch)
        if files:
            old.shrink()
    finally:
        old.close()
    rows = sum(archive.rows for archive in files)
    return Archiving(rows, tuple(one.file for one in files), size, journal.stat().st_size)


def _moved(old: OldBars, journal: Path, before: Micros, folder: Path, batch: int) -> list[Archive]:
    last = old.last(before)
    if last is None:
        raise UserError(
            f"{journal}: holds no snapshot, so a restart needs every bar: "
            f"let the bot run and end once, then archive"
        )
    _make(folder)
    files: list[Archive] = []
    with progress_bar("archiving bars", old.count(last)) as told:
        for rows in old.batches(last, batch):
            name = f"{journal.stem}-{old.origin[:8]}-bars"
            files.append(_written(rows, folder / name, journal.absolute().parent))
            old.forget(files[-1])
            told(sum(archive.rows for archive in files))
    return files


def _written(rows: Sequence[JournalRow], name: Path, home: Path) -> Archive:
    """One file. `home`: the journal's folder, from where it will be looked for."""
    first, last = rows[0].seq, rows[-1].seq
    path = name.with_name(f"{name.name}-{first:012}-{last:012}.parquet")
    digest = bar_archive.write(path, rows)
    return Archive(first, last, len(rows), relpath(path, home), digest)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"{folder}: cannot be made: {error.strerror}: name another folder"
        ) from error
