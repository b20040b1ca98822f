"""Which rows of a bot gave their contents to which file."""

from __future__ import annotations

from asyncpg import Connection

from trimtab.adapters.postgres.schema import version_of
from trimtab.adapters.postgres.session import LONG, Session
from trimtab.adapters.postgres.transaction import transaction
from trimtab.ports import JournalError
from trimtab.records.archive import ARCHIVED_TYPE, Archive

_COLUMNS = "first_seq, last_seq, rows, file, sha256"
_SINCE = 2
"""Version of the tables."""


def listed(session: Session, bot: str) -> list[Archive]:
    """All archives of a bot, in the order of their rows. Raises JournalError."""
    if version_of(session) < _SINCE:
        return []
    rows = session.fetch(
        f"SELECT {_COLUMNS} FROM {session.address.schema}.archives "  # noqa: S608
        f"WHERE bot = $1 ORDER BY first_seq",
        bot,
    )
    return [Archive(*row) for row in rows]


def forget(session: Session, bot: str, archive: Archive) -> None:
    """Empties the payloads that the archive holds; every other column stays, the hash too.

    Raises JournalError, and changes nothing, if these are not just the rows of the archive.
    """
    schema = session.address.schema
    update = (
        f"UPDATE {schema}.journal SET payload = '' "  # noqa: S608
        f"WHERE bot = $1 AND seq BETWEEN $2 AND $3 AND type = $4 AND payload <> ''"
    )
    note = f"INSERT INTO {schema}.archives (bot, {_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6)"  # noqa: S608
    first, last = archive.first_seq, archive.last_seq

    async def work(connection: Connection) -> None:
        async with transaction(connection):
            told = await connection.execute(update, bot, first, last, ARCHIVED_TYPE, timeout=LONG)
            emptied = int(told.rpartition(" ")[2])
            if emptied != archive.rows:
                raise JournalError(
                    f"{archive.file}: holds {archive.rows} rows, the journal {emptied}: "
                    f"archive again"
                )
            await connection.execute(
                note, bot, first, last, archive.rows, archive.file, archive.sha256
            )

    session.run(work)
