"""Copies of journals: to be safe, and back again. A copy gets its name when it was checked."""

from __future__ import annotations

from pathlib import Path

from trimtab.adapters.disk import put_in_place
from trimtab.adapters.sqlite.journal_copy import copy_journal, remove_log
from trimtab.adapters.sqlite.writer_lock import WriterLock
from trimtab.app.errors import UserError
from trimtab.app.journal.checking import JournalCheck, checked
from trimtab.app.output import progress_bar

_PARTS = 1_000
"""Of a progress bar."""


def backed_up(journal: Path, to: Path, *, overwrite: bool) -> JournalCheck:
    """A checked copy as of now; the bot goes on writing. Raises JournalError and UserError."""
    return _copied(journal, to, overwrite=overwrite, mend="restore the journal from a copy")


def restored(backup: Path, to: Path, *, overwrite: bool) -> JournalCheck:
    """The backup's journal at its new place, checked. Raises JournalError and UserError."""
    return _copied(backup, to, overwrite=overwrite, mend="take another backup")


def _copied(source: Path, to: Path, *, overwrite: bool, mend: str) -> JournalCheck:
    """No bot can begin to write at the new place while it is made."""
    if to.is_dir():
        raise UserError(f"{to}: is a folder: name a file in it")
    if to.exists() and not overwrite:
        raise UserError(f"{to}: exists already: name another file, or replace it by --overwrite")
    if to.exists() and to.samefile(source):
        raise UserError(f"{to}: is what is to be copied: name another file")
    lock = WriterLock.take(to)
    try:
        return _put(source, to, mend)
    finally:
        lock.release()


def _put(source: Path, to: Path, mend: str) -> JournalCheck:
    partial = to.with_name(f"{to.name}.partial")
    partial.unlink(missing_ok=True)  # of a copy that was broken off
    with progress_bar("copying", _PARTS) as told:
        copy_journal(source, partial, lambda done, pages: told(_PARTS * done // pages))
    result = checked(partial)
    remove_log(partial)
    if result.wrong:
        partial.unlink()
        raise UserError(f"{source}: {result.wrong[0]}: not copied: {mend}")
    remove_log(to)
    put_in_place(partial, to)
    return result
