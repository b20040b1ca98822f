"""Old bars of a journal in Parquet: whole rows, compressed, and checked before anyone trusts them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from trimtab.adapters.disk import put_in_place, synchronise
from trimtab.ports import JournalError
from trimtab.records.archive import Archive
from trimtab.records.journal_row import JournalRow

_SCHEMA = {
    "seq": pl.Int64,
    "event_id": pl.String,
    "at": pl.Int64,
    "recorded_at": pl.Int64,
    "type": pl.String,
    "payload": pl.String,
    "actor": pl.String,
    "causation_id": pl.String,
    "correlation_id": pl.String,
    "confidence": pl.Float64,
    "prev_hash": pl.String,
    "hash": pl.String,
}
_GROUP = 4_096
"""Rows that are read together: a look into the middle need not read all."""


def write(path: Path, rows: Sequence[JournalRow]) -> str:
    """The rows with all their columns; the file gets its name when it was read back and is on disk.

    Returns its SHA-256. Raises JournalError.
    """
    columns = {name: [getattr(row, name) for row in rows] for name in _SCHEMA}
    table = pl.DataFrame(columns, _SCHEMA)
    partial = path.with_name(f"{path.name}.partial")
    try:
        table.write_parquet(partial, compression="zstd", row_group_size=_GROUP)
        synchronise(partial)
        if not pl.read_parquet(partial).equals(table):
            raise JournalError(f"{partial}: does not hold what was written: check the disk")
        digest = _digest(partial)
        if path.exists() and _digest(path) != digest:  # of a journal that went another way
            raise JournalError(f"{path}: holds other bars already: choose another folder")
        put_in_place(partial, path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise JournalError(
            f"{path}: cannot be written ({error}): free some space or choose another folder"
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return digest


class BarArchive:
    """Gives archived rows of one journal their payloads back."""

    def __init__(
        self, folder: Path, elsewhere: str = "beside the journal", *, whole: bool = True
    ) -> None:
        """`folder`: that of the journal, or another where files may be that are not as noted.

        `elsewhere`: what a person can do who cannot put a file back. `whole`: a file that is away
        is an error; else its rows come without payloads.
        """
        self._folder = folder
        self._elsewhere = elsewhere
        self._whole = whole
        self._checked: dict[str, Path] = {}

    def __call__(self, archive: Archive, first: int, last: int) -> Mapping[int, str]:
        """Payloads by seq, from one seq to another. Raises JournalError."""
        path = self._checked.get(archive.file) or self._found(archive)
        if path is None:
            return {}
        self._checked[archive.file] = path
        within = pl.scan_parquet(path).filter(pl.col("seq").is_between(first, last))
        rows = within.select("seq", "payload").collect()
        return dict(zip(rows["seq"].to_list(), rows["payload"].to_list(), strict=True))

    def _found(self, archive: Archive) -> Path | None:
        """As it was noted, or in the folder."""
        noted = self._folder / archive.file
        places = [path for path in (noted, self._folder / noted.name) if path.is_file()]
        if not places:
            if not self._whole:
                return None
            raise JournalError(
                f"{noted}: no such file, but it holds the bars of rows {archive.first_seq} to "
                f"{archive.last_seq}: put it back, or {self._elsewhere}"
            )
        if _digest(places[0]) != archive.sha256:
            raise JournalError(f"{places[0]}: was changed after it was written: restore it")
        return places[0]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
