"""Old bars leave the journal for Parquet files; rows, hashes and all other facts stay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from os.path import relpath
from pathlib import Path
from typing import NamedTuple, Protocol

from msgspec import Struct

from trimtab.adapters.parquet import bar_archive
from trimtab.adapters.sqlite import old_bars as in_file
from trimtab.app.errors import UserError
from trimtab.app.journals import is_on_postgres, url
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
    """Of the journal's file; on a server of the table with its indexes, which all bots share."""
    bytes_after: int


class OldBars(Protocol):
    """The writer's place in a journal, wherever that is kept: no bot writes meanwhile."""

    @property
    def origin(self) -> str: ...
    @property
    def size(self) -> int: ...
    def last(self, before: int) -> int | None: ...
    def count(self, last: int) -> int: ...
    def batches(self, last: int, size: int) -> Iterator[Sequence[JournalRow]]: ...
    def forget(self, archive: Archive) -> None: ...
    def shrink(self) -> None: ...
    def close(self) -> None: ...


class Opened(NamedTuple):
    """A journal whose old bars may go."""

    old: OldBars
    name: str
    """What its files' names begin with."""
    home: Path | None
    """The folder from which its files are looked for; None: by their whole paths."""


def archived(journal: str | Path, before: Micros, folder: Path, batch: int = BATCH) -> Archiving:
    """Moves bars from before a moment (UTC). Raises JournalError and UserError.

    A batch is in its file, on the disk and read back before the journal lets go of it.
    """
    opened = _opened(journal)
    old = opened.old
    try:
        size, last = old.size, old.last(before)
        if last is None:
            raise UserError(
                f"{journal}: holds no snapshot, so a restart needs every bar: "
                f"let the bot run and end once, then archive"
            )
        files = _moved(opened, last, folder, batch)
        if files:
            old.shrink()
        rows = sum(archive.rows for archive in files)
        return Archiving(rows, tuple(one.file for one in files), size, old.size)
    finally:
        old.close()


def _opened(journal: str | Path) -> Opened:
    if is_on_postgres(journal):
        from trimtab.adapters.postgres import old_bars as on_server  # noqa: PLC0415

        bars = on_server.OldBars.open(url(journal))
        return Opened(bars, bars.bot, None)
    path = Path(journal)
    if not path.is_file():
        raise UserError(f"{path}: no such journal: check the path")
    return Opened(in_file.OldBars.open(path), path.stem, path.absolute().parent)


def _moved(opened: Opened, last: int, folder: Path, batch: int) -> list[Archive]:
    _make(folder)
    old, files = opened.old, list[Archive]()
    name = folder / f"{opened.name}-{old.origin[:8]}-bars"
    with progress_bar("archiving bars", old.count(last)) as told:
        for rows in old.batches(last, batch):
            files.append(_written(rows, name, opened.home))
            old.forget(files[-1])
            told(sum(archive.rows for archive in files))
    return files


def _written(rows: Sequence[JournalRow], name: Path, home: Path | None) -> Archive:
    """One file."""
    first, last = rows[0].seq, rows[-1].seq
    path = name.with_name(f"{name.name}-{first:012}-{last:012}.parquet")
    digest = bar_archive.write(path, rows)
    noted = str(path.absolute()) if home is None else relpath(path, home)
    return Archive(first, last, len(rows), noted, digest)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"{folder}: cannot be made: {error.strerror}: name another folder"
        ) from error
