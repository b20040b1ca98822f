"""Files that a command is to write: refused before the work begins, not after it."""

from __future__ import annotations

import os
from pathlib import Path

from trimtab.app.errors import UserError

SCREEN = Path("-")


def writable(path: Path | None) -> Path | None:
    """The path itself. Raises UserError where no file can be written there."""
    if path is None or path == SCREEN:
        return path
    if path.is_dir():
        raise UserError(f"{path}: is a folder: name a file in it")
    if not path.parent.is_dir():
        raise UserError(f"{path}: the folder {path.parent} does not exist: make it first")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise UserError(f"{path}: may not be written: change the permissions or name another file")
    return path


def write(path: Path, content: bytes) -> None:
    """The file, as a whole. Raises UserError."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UserError(f"{path}: cannot be written: {error.strerror}") from error
