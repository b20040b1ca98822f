"""Figures of the lab as lines of text: one for each thing that was measured."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import asdict


def lines_of(figures: Struct) -> Iterator[str]:
    """A line for each field, or for each entry where a field holds several."""
    for name, value in asdict(figures).items():
        for entry in value if isinstance(value, tuple) else (value,):
            yield f"{_words(name)}: {_told(entry)}"


def _told(value: object) -> str:
    if isinstance(value, Struct):
        fields = asdict(value).items()
        return ", ".join(f"{_words(name)} {_told(one)}" for name, one in fields if one != ())
    if isinstance(value, tuple):
        return "; ".join(_told(one) for one in value)
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _words(name: str) -> str:
    return name.replace("_", " ")
