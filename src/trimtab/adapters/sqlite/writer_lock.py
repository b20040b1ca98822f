"""One writer: a lock beside the journal, which the system takes back when the process ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Self

from trimtab.adapters.sqlite.errors import PathText, explained
from trimtab.ports import JournalError


class WriterLock:
    """Held from `take` to `release`, or until the process dies in whatever way."""

    def __init__(self, path: str, descriptor: int) -> None:
        self._path = path
        self._descriptor: int | None = descriptor

    @classmethod
    def take(cls, journal: PathText) -> Self:
        """Raises JournalError when another writer has it, or the folder cannot be written."""
        path = f"{journal}.lock"
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise explained(journal, error) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if Path(path).stat().st_ino == os.fstat(descriptor).st_ino:  # else just released
                return cls(path, descriptor)
        except OSError:
            pass
        os.close(descriptor)
        raise JournalError(f"{journal}: another bot is writing it: stop that one first")

    def release(self) -> None:
        """Lets the next writer in. Once is enough."""
        if self._descriptor is not None:
            Path(self._path).unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = None
