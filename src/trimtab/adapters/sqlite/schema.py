"""The journal's table, and the settings under which it is written."""

from __future__ import annotations

from trimtab.adapters.sqlite.database import Database
from trimtab.adapters.sqlite.errors import PathText
from trimtab.ports import JournalError

Pragmas = dict[str, str | int]

APPLICATION_ID = int.from_bytes(b"trim", "big")
"""Marks the file as a journal in SQLite's header."""

VERSION = 1
"""Of the table's form."""

COLUMNS = (
    "seq, event_id, at, recorded_at, type, payload, "
    "actor, causation_id, correlation_id, confidence, prev_hash, hash"
)

_TABLE = f"""
CREATE TABLE journal (
    seq            INTEGER PRIMARY KEY,
    event_id       TEXT NOT NULL UNIQUE,
    at             INTEGER NOT NULL,
    recorded_at    INTEGER NOT NULL,
    type           TEXT NOT NULL,
    payload        TEXT NOT NULL,
    actor          TEXT,
    causation_id   TEXT,
    correlation_id TEXT,
    confidence     REAL,
    prev_hash      TEXT NOT NULL,
    hash           TEXT NOT NULL
) STRICT;
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {VERSION};
"""

LIVE: Pragmas = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "wal_autocheckpoint": 0,
    "temp_store": "MEMORY",
    "cache_size": -65_536,
    "mmap_size": 268_435_456,
}
"""Whatever is committed survives a power cut. Checkpoints are made by the `Checkpointer`."""

RECORDED: Pragmas = {
    "page_size": 16_384,  # a tenth less time than with 4,096
    "journal_mode": "MEMORY",
    "synchronous": "OFF",
    "temp_store": "MEMORY",
    "cache_size": -65_536,
}
"""For a temporary file that is synchronised once, at the end, before it gets its name."""


def prepare(path: PathText, database: Database, pragmas: Pragmas) -> None:
    """Settings for writing, and the table if the file is empty.

    Raises JournalError, and changes nothing, if the file holds something else.
    """
    is_new = database.pragma("schema_version") == 0
    if not is_new:
        check(path, database)
    for name, value in pragmas.items():
        database.pragma(name, value)
    if is_new:
        database.execute(f"BEGIN IMMEDIATE; {_TABLE} COMMIT")


def check(path: PathText, database: Database) -> None:
    """Raises JournalError unless the file is a journal of the version that is known here."""
    if database.pragma("application_id") != APPLICATION_ID:
        raise JournalError(f"{path}: a database, but not a journal: choose another file")
    version = database.pragma("user_version")
    if version != VERSION:
        raise JournalError(
            f"{path}: a journal of version {version}, this program knows {VERSION}: "
            f"use the program that wrote it"
        )
