"""What takes how much room in a journal's file."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import apsw

from trimtab.adapters.sqlite.database import Database, connect_to_read
from trimtab.adapters.sqlite.errors import PathText, explained
from trimtab.adapters.sqlite.schema import COLUMNS, check
from trimtab.records.journal_size import JournalSize, TypeSize

_TEXTS = [name for name in COLUMNS.split(", ") if name not in {"seq", "at", "recorded_at"}]
_BYTES = " + ".join(f"coalesce(octet_length({name}), 0)" for name in _TEXTS)
_BY_TYPE = f"""
SELECT type, count(*), sum({_BYTES}) FROM journal GROUP BY type ORDER BY 3 DESC, 1
"""  # noqa: S608
_SPAN = "SELECT coalesce(min(at), 0), coalesce(max(at), 0) FROM journal"
_STATES = "SELECT count(*), count(state), coalesce(sum(octet_length(state)), 0) FROM snapshots"
_ARCHIVES = "SELECT count(*), coalesce(sum(rows), 0) FROM archives"


def measured(path: PathText) -> JournalSize:
    """Reads all rows once. Raises JournalError."""
    try:
        with closing(connect_to_read(path)) as database:
            return _measured(Path(path), database, check(path, database))
    except apsw.Error as error:
        raise explained(path, error) from None


def _measured(path: Path, database: Database, version: int) -> JournalSize:
    first, last = _one(database, _SPAN)
    snapshots, states, state_bytes = _one(database, _STATES) if version > 1 else (0, 0, 0)
    archives, archived = _one(database, _ARCHIVES) if version > 1 else (0, 0)
    return JournalSize(
        types=[TypeSize(*row) for row in database.execute(_BY_TYPE).fetchall()],
        first_at=first,
        last_at=last,
        file_bytes=path.stat().st_size,
        log_bytes=_bytes(path.with_name(f"{path.name}-wal")),
        snapshots=snapshots,
        states=states,
        state_bytes=state_bytes,
        archives=archives,
        archived_rows=archived,
    )


def _one(database: Database, query: str) -> tuple[int, ...]:
    return database.execute(query).fetchall()[0]


def _bytes(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
