"""What a program wrote is not on the disk until it was asked to be."""

from __future__ import annotations

import os
from pathlib import Path


def synchronise(path: Path) -> None:
    """Returns when a file, or a folder's list of names, would survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def put_in_place(partial: Path, path: Path) -> None:
    """A complete file gets its name; a power cut leaves the old one or the new one."""
    synchronise(partial)
    partial.replace(path)
    synchronise(path.absolute().parent)
