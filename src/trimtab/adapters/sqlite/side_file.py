"""A database of our own beside the journal: places of consumers, what they made, dead letters."""

from __future__ import annotations

import apsw

from trimtab.adapters.sqlite.database import Database, connect, transaction
from trimtab.adapters.sqlite.errors import PathText, explained
from trimtab.ports import JournalError

APPLICATION_ID = int.from_bytes(b"trco", "big")
"""Marks the file in SQLite's header: it is no journal."""

VERSION = 1
"""Of the tables' form."""

_TABLES = """
CREATE TABLE consumers (
    consumer TEXT PRIMARY KEY,
    seq      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE dead_letters (
    consumer TEXT NOT NULL,
    seq      INTEGER NOT NULL,
    row      BLOB NOT NULL,
    error    TEXT NOT NULL,
    PRIMARY KEY (consumer, seq)
) STRICT, WITHOUT ROWID;
"""


def open_side_file(path: PathText, tables: str = "") -> Database:
    """Opened, or made with our tables and these; what is committed survives a power cut.

    `tables` are CREATE statements, run each time: write them with IF NOT EXISTS. Raises
    JournalError: a journal or another foreign file, no such folder, not writable, damaged.
    """
    try:
        database = connect(path, apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE)
        try:
            _prepare(path, database, tables)
        except BaseException:
            database.close()
            raise
    except apsw.Error as error:
        raise explained(path, error) from None
    return database


def place_of(database: Database, consumer: str) -> int:
    """The seq up to which a consumer has got; 0 for one that is not known."""
    rows = database.execute("SELECT seq FROM consumers WHERE consumer = ?", (consumer,)).fetchall()
    return int(rows[0][0]) if rows else 0


def move(database: Database, consumer: str, seq: int) -> None:
    """From now on the consumer's place is `seq`."""
    database.execute("INSERT OR REPLACE INTO consumers VALUES (?, ?)", (consumer, seq))


def _prepare(path: PathText, database: Database, tables: str) -> None:
    if database.pragma("schema_version"):
        _check(path, database)  # before anything is changed
    database.pragma("journal_mode", "WAL")
    database.pragma("synchronous", "FULL")
    with transaction(database):  # two programs may begin at once
        if database.pragma("schema_version") == 0:
            database.execute(_TABLES)
            database.pragma("application_id", APPLICATION_ID)
            database.pragma("user_version", VERSION)
        if tables:
            database.execute(tables)


def _check(path: PathText, database: Database) -> None:
    if database.pragma("application_id") != APPLICATION_ID:
        raise JournalError(f"{path}: holds something else: name another file")
    version = database.pragma("user_version")
    if version != VERSION:
        raise JournalError(
            f"{path}: of version {version}, this program knows {VERSION}: "
            f"use the program that wrote it, or name another file"
        )
