"""The journal's table, and the settings under which it is written."""

from __future__ import annotations

from trimtab.adapters.sqlite.database import Database, Pragmas
from trimtab.adapters.sqlite.errors import JournalError, PathText

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


def prepare(path: PathText, database: Database) -> None:
    """Makes the table in an empty file; JournalError if the file holds something else."""
    if database.pragma("schema_version") == 0:
        database.execute(f"BEGIN IMMEDIATE; {_TABLE} COMMIT")
    check(path, database)


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
