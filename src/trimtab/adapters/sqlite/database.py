"""A connection to SQLite, as far as the journal needs one, with types that checkers know."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, cast

import apsw

from trimtab.adapters.sqlite.errors import PathText
from trimtab.ports import JournalError

MAPPED = 256 << 20
"""Bytes of a file that are read without copying them first."""

Value = int | float | str | bytes | None


class Cursor(Protocol):
    """What a statement gave."""

    def fetchall(self) -> list[tuple[Any, ...]]: ...


class Backup(Protocol):
    """A copy that is being made, some pages at a time."""

    @property
    def done(self) -> bool: ...
    @property
    def page_count(self) -> int: ...
    @property
    def remaining(self) -> int: ...
    def step(self, _pages: int, /) -> bool: ...
    def close(self) -> None: ...


class Database(Protocol):
    """The part of apsw.Connection that is used here."""

    @property
    def in_transaction(self) -> bool: ...
    def execute(self, _statements: str, _bindings: tuple[Value, ...] = (), /) -> Cursor: ...
    def executemany(self, _statement: str, _rows: Iterable[tuple[Any, ...]], /) -> object: ...
    def pragma(self, _name: str, _value: str | int | None = None, /) -> Any: ...
    def backup(self, _name: str, _source: Database, _source_name: str, /) -> Backup: ...
    def total_changes(self) -> int: ...
    def set_busy_timeout(self, _milliseconds: int, /) -> None: ...
    def set_wal_hook(self, _hook: Callable[[Database, str, int], int], /) -> None: ...
    def wal_checkpoint(self, *, mode: int) -> tuple[int, int]: ...
    def close(self) -> None: ...


def connect(path: PathText, flags: int) -> Database:
    """A connection that waits up to five seconds for others. Raises apsw.Error."""
    database = cast("Database", apsw.Connection(str(path), flags=flags))
    database.set_busy_timeout(5_000)
    return database


def connect_to_read(path: PathText) -> Database:
    """A connection that writes nothing. Raises apsw.Error, and JournalError if there is no file."""
    if not Path(path).is_file():
        raise JournalError(f"{path}: no such journal: check the path")
    try:
        return _reading(path)
    except apsw.ReadOnlyError:  # a killed writer left something that has to be taken back first
        taking_back = connect(path, apsw.SQLITE_OPEN_READWRITE)
        try:
            taking_back.pragma("schema_version")
        finally:
            taking_back.close()
        return _reading(path)


def _reading(path: PathText) -> Database:
    database = connect(path, apsw.SQLITE_OPEN_READONLY)
    try:
        database.pragma("schema_version")
        database.pragma("mmap_size", MAPPED)
    except apsw.Error:
        database.close()
        raise
    return database


@contextmanager
def transaction(database: Database) -> Generator[None]:
    """All of it is written, or nothing. Sees what others have committed. Raises apsw.Error."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:  # a full disk may have ended it already
            database.execute("ROLLBACK")
        raise
