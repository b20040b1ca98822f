"""Nonces: milliseconds that only rise, over restarts, crashes and clocks that go back."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

from trimtab.adapters.signer.errors import KeyStoreError

AHEAD = 10_000
"""Nonces that are reserved at once: one write for many signatures, and at most so many are lost."""


class Nonces:
    """One process draws from a file at a time; what a file has reserved is never drawn again."""

    def __init__(self, path: Path, now: Callable[[], int]) -> None:
        """`now`: milliseconds (UTC). Raises KeyStoreError."""
        self._now = now
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            text = os.pread(self._file, 32, 0).decode().strip()
        except BlockingIOError:
            raise KeyStoreError(
                f"{path}: another signer uses this key: two of them would draw the same nonces"
            ) from None
        except OSError as error:
            raise KeyStoreError(f"{path}: cannot be used: {error.strerror}") from error
        if not (text.isdigit() or not text):
            raise KeyStoreError(
                f"{path}: holds {text!r}, which is no nonce: write the current milliseconds into it"
            )
        self._last = self._reserved = int(text or 0)

    def draw(self) -> int:
        """Larger than every one before, also of former lives."""
        nonce = max(self._now(), self._last + 1)
        if nonce >= self._reserved:
            self._reserve(nonce + AHEAD)
        self._last = nonce
        return nonce

    def close(self) -> None:
        """Lets go of the file."""
        os.close(self._file)

    def _reserve(self, until: int) -> None:
        os.pwrite(self._file, f"{until:020d}\n".encode(), 0)
        os.fsync(self._file)
        self._reserved = until
