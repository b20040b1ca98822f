"""Recorded venue traffic: the files in tests/recorded, and those of the folder TRIMTAB_RECORDED."""

from __future__ import annotations

import os
from pathlib import Path

_OWN = Path(__file__).parents[1] / "recorded"


def folders() -> list[Path]:
    """Where recorded traffic is; ours first."""
    other = os.environ.get("TRIMTAB_RECORDED")
    return [_OWN, Path(other)] if other else [_OWN]


def recorded(name: str) -> bytes:
    """A file by its place in the folder, such as "allora/topics.json"."""
    return (_OWN / name).read_bytes()


def all_recorded(venue: str) -> dict[str, bytes]:
    """Every file of a venue by its place in the folder; later folders add to earlier ones."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for folder in reversed(folders())
        for path in sorted((folder / venue).rglob("*.json"))
    }
