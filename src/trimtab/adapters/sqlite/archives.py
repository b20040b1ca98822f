"""Which rows of a journal gave their contents to which file."""

from __future__ import annotations

from trimtab.adapters.sqlite.database import Database, transaction
from trimtab.adapters.sqlite.schema import PREV_HASH
from trimtab.ports import JournalError
from trimtab.records.archive import ARCHIVED_TYPE, Archive

_COLUMNS = "first_seq, last_seq, rows, file, sha256"
_LIST = f"SELECT {_COLUMNS} FROM archives ORDER BY first_seq"  # noqa: S608
_NOTE = f"INSERT INTO archives ({_COLUMNS}) VALUES (?, ?, ?, ?, ?)"  # noqa: S608
_FORGET = f"""
UPDATE journal SET payload = '', prev_hash = {PREV_HASH}
WHERE seq BETWEEN ? AND ? AND type = ? AND payload <> ''
"""  # noqa: S608
"""What a row that cannot be hashed any more follows, it has to say itself."""


def listed(database: Database) -> list[Archive]:
    """All archives, in the order of their rows."""
    return [Archive(*row) for row in database.execute(_LIST).fetchall()]


def forget(database: Database, archive: Archive) -> None:
    """Empties the payloads that the archive holds; every other column stays, the hash too.

    Raises JournalError, and changes nothing, if these are not just the rows of the archive.
    """
    with transaction(database):
        before = database.total_changes()
        database.execute(_FORGET, (archive.first_seq, archive.last_seq, ARCHIVED_TYPE))
        emptied = database.total_changes() - before
        if emptied != archive.rows:
            raise JournalError(
                f"{archive.file}: holds {archive.rows} rows, the journal {emptied}: archive again"
            )
        database.execute(
            _NOTE,
            (archive.first_seq, archive.last_seq, archive.rows, archive.file, archive.sha256),
        )
