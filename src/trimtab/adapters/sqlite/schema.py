"""The journal's tables, and the settings under which it is written."""

from __future__ import annotations

from typing import Literal

from trimtab.adapters.sqlite.database import MAPPED, Database, transaction
from trimtab.adapters.sqlite.errors import PathText
from trimtab.ports import JournalError
from trimtab.records.journal_row import GENESIS

Pragmas = dict[str, str | int]

APPLICATION_ID = int.from_bytes(b"trim", "big")
"""Marks the file as a journal in SQLite's header."""

VERSION = 3
"""Of the tables' form."""

COLUMNS = (
    "seq, event_id, at, recorded_at, type, payload, "
    "actor, causation_id, correlation_id, confidence, prev_hash, hash"
)

PREV_HASH = f"""
CASE prev_hash WHEN '' THEN coalesce(
    (SELECT before.hash FROM journal AS before WHERE before.seq = journal.seq - 1), '{GENESIS}'
) ELSE prev_hash END
"""  # noqa: S608
"""As its hash has it, whether it was left out or not."""

_CORRELATION = """
CASE correlation_id WHEN '' THEN coalesce(causation_id, event_id) ELSE correlation_id END
"""

IN_WORDS = COLUMNS.replace("correlation_id", f"{_CORRELATION} AS correlation_id").replace(
    "prev_hash", f"{PREV_HASH} AS prev_hash"
)
"""The columns as their hash has them, whatever version wrote the row."""

INSERT = f"""
INSERT INTO journal ({COLUMNS}) VALUES (
    ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,
    CASE ?9 WHEN coalesce(?8, ?2) THEN '' ELSE ?9 END,
    ?10, '', ?12
)
"""  # noqa: S608
"""Takes all columns of a row that follows the one before it, and leaves out what can be told."""

_JOURNAL = f"""
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
PRAGMA user_version = 1;
"""

_SNAPSHOTS = """
CREATE TABLE snapshots (
    seq        INTEGER PRIMARY KEY,
    at         INTEGER NOT NULL,
    state_hash TEXT NOT NULL,
    versions   TEXT NOT NULL,
    state      BLOB
) STRICT;
CREATE TABLE archives (
    first_seq INTEGER PRIMARY KEY,
    last_seq  INTEGER NOT NULL,
    rows      INTEGER NOT NULL,
    file      TEXT NOT NULL,
    sha256    TEXT NOT NULL
) STRICT;
PRAGMA user_version = 2;
"""

_IN_WORDS = f"""
CREATE VIEW journal_in_words AS SELECT {IN_WORDS} FROM journal;
PRAGMA user_version = 3;
"""  # noqa: S608
"""From here on an empty `prev_hash` is the hash of the row before, an empty `correlation_id` the fact
from outside that the step followed from: a tenth of a file's bytes. Older rows stay as they are.
"""

_CHANGES = (_JOURNAL, _SNAPSHOTS, _IN_WORDS)
"""The n-th brings a file of version n to version n + 1; an empty one is of version 0."""

Synchronous = Literal["FULL", "NORMAL"]
"""What a commit survives: a power cut, or only the death of the process."""

LIVE: Pragmas = {
    "page_size": 8_192,  # a thirtieth less room than with 4,096, commits as quick
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "wal_autocheckpoint": 0,
    "temp_store": "MEMORY",
    "cache_size": -65_536,
    "mmap_size": MAPPED,
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
    """Settings for writing, and the tables: all in an empty file, in an old one those it lacks.

    Raises JournalError, and changes nothing, if the file holds something else.
    """
    version = 0 if database.pragma("schema_version") == 0 else check(path, database)
    for name, value in pragmas.items():
        database.pragma(name, value)
    if version < VERSION:
        with transaction(database):
            database.execute("".join(_CHANGES[version:]))


def check(path: PathText, database: Database) -> int:
    """The version. Raises JournalError unless the file is a journal of one that is known here."""
    if database.pragma("schema_version") == 0:
        raise JournalError(f"{path}: is empty: no bot has written into it yet")
    if database.pragma("application_id") != APPLICATION_ID:
        raise JournalError(f"{path}: a database, but not a journal: choose another file")
    version = int(database.pragma("user_version"))
    if not 1 <= version <= VERSION:
        raise JournalError(
            f"{path}: a journal of version {version}, this program knows {VERSION}: "
            f"use the program that wrote it"
        )
    return version
