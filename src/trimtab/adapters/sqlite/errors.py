"""What can be wrong with a journal's file, in one line with the mend."""

from __future__ import annotations

import errno
from os import PathLike

import apsw

from trimtab.ports import JournalError

PathText = str | PathLike[str]


def explained(path: PathText, error: Exception) -> JournalError:
    """The store's complaint in the operator's words."""
    if isinstance(error, OSError) and error.errno in _NUMBERS:
        return JournalError(f"{path}: {_NUMBERS[error.errno]}")
    for kind, words in _WORDS.items():
        if isinstance(error, kind):
            return JournalError(f"{path}: {words}")
    return JournalError(f"{path}: {error}: check the disk, then start again")


_WORDS: dict[type[Exception], str] = {
    apsw.NotADBError: "not a journal: choose another file",
    apsw.CorruptError: "damaged: restore it from a copy",
    apsw.FullError: "the disk is full: free some space",
    apsw.ReadOnlyError: "may not be written: change its permissions or choose another file",
    apsw.BusyError: "locked by another program: close that one first",
    apsw.IOError: "the disk does not do what it is told (I/O error): check it, then start again",
    apsw.ConstraintError: "holds a fact of this id already: its bot's clock or ordinals went back: "
    "report this, it is a defect",
    apsw.CantOpenError: "cannot be opened: check that the folder exists and may be written",
    FileNotFoundError: "the folder does not exist: make it first",
    NotADirectoryError: "the folder is a file: choose another place",
    IsADirectoryError: "is a folder: name a file in it",
    PermissionError: "may not be written: change the permissions or choose another place",
}

_NUMBERS: dict[int | None, str] = {
    errno.EROFS: "may not be written: choose a place that is not read-only",
    errno.ENOSPC: "the disk is full: free some space",
}
"""Those that Python has no name of its own for."""
