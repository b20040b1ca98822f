"""A copy of a journal as of one moment, made while its bot goes on writing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import apsw

from trimtab.adapters.sqlite.database import connect, connect_to_read
from trimtab.adapters.sqlite.errors import PathText, explained

_PAGES = 1_024
"""Copied between two words about the progress."""

Told = Callable[[int, int], None]
"""Is told how many pages are done, and of how many."""


def copy_journal(path: PathText, to: Path, told: Told) -> None:
    """Every page of the journal as the last commit left it, into a new file without a log.

    A read transaction holds that moment: the writer does not wait, its log grows meanwhile. Not
    synchronised. Raises JournalError, and then leaves no file.
    """
    try:
        _copy(path, to, told)
    except apsw.Error as error:
        _remove(to)
        failed = to if isinstance(error, apsw.FullError | apsw.CantOpenError) else path
        raise explained(failed, error) from None
    except BaseException:
        _remove(to)
        raise


def remove_log(path: Path) -> None:
    """What an older file of this name left behind: it would be taken for the new one's."""
    for end in ("-wal", "-shm"):
        path.with_name(f"{path.name}{end}").unlink(missing_ok=True)


def _copy(path: PathText, to: Path, told: Told) -> None:
    with closing(connect_to_read(path)) as source:
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        with closing(connect(to, apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE)) as target:
            target.pragma("synchronous", "OFF")
            with closing(target.backup("main", source, "main")) as copying:
                while not copying.done:
                    copying.step(_PAGES)
                    told(copying.page_count - copying.remaining, copying.page_count)
            target.pragma("journal_mode", "DELETE")


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    remove_log(path)
