"""Checkpoints in a text file that only grows: the journal's own, or an anchor elsewhere."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from trimtab.ports import AuditError
from trimtab.records.checkpoint import TORN, Checkpoint, Found, found_in, text_of


class CheckpointFile:
    """Keeps ports.CheckpointLog. What a crash cut off stays there, marked, and is passed over."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, checkpoints: Sequence[Checkpoint]) -> None:
        """On disk on return. Raises AuditError."""
        text = "".join(text_of(one) for one in checkpoints)
        try:
            is_new = not self._path.exists()
            with self._path.open("ab+") as file:
                file.write((_gap(self._path) + text).encode())
                file.flush()
                os.fsync(file.fileno())
            if is_new:
                _keep_name(self._path.parent)
        except OSError as error:
            raise AuditError(
                f"{self._path}: cannot be written: {error.strerror}: check disk and permissions"
            ) from error

    def read(self) -> Found:
        """All of them; none where there is no file. Raises AuditError."""
        try:
            return found_in(self._path.read_bytes().decode(errors="replace"))
        except FileNotFoundError:
            return Found()
        except OSError as error:
            raise AuditError(
                f"{self._path}: cannot be read: {error.strerror}: check its permissions"
            ) from error


class FileAnchor:
    """Keeps ports.Anchor: a file that belongs to somebody else, or lies on another machine."""

    pause = 0.0
    """It may be written to at any time."""

    def __init__(self, path: Path) -> None:
        self.name = f"file:{path}"
        """What it is called in messages."""
        self._file = CheckpointFile(path)

    def holds(self, origin: str) -> int:
        """The size of a journal's newest checkpoint there. Raises AuditError."""
        found = self._file.read().checkpoints
        return max((one.size for one in found if one.origin == origin), default=0)

    def take(self, checkpoints: Sequence[Checkpoint]) -> None:
        """Appends all of them. Raises AuditError."""
        self._file.append(checkpoints)


def _gap(path: Path) -> str:
    """What has to stand between a torn end and what follows."""
    end = path.read_bytes()[-2:]
    return "" if end in (b"", b"\n\n") else f"\n{TORN}\n\n"


def _keep_name(folder: Path) -> None:
    """Makes a new file's name survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
