"""Figures of the lab as lines of text: those of a part stand below its name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from msgspec import Struct
from msgspec.structs import asdict


def lines_of(figures: Struct, indent: str = "") -> Iterator[str]:
    """First what is a plain value, on one line; then each part, further to the right."""
    plain, parts = list[str](), list[tuple[str, Struct]]()
    for name, value in asdict(figures).items():
        words = name.replace("_", " ")
        entries = _entries(value)
        parts += [(words, entry) for entry in entries if isinstance(entry, Struct)]
        plain += [f"{words} {_told(one)}" for one in entries if not isinstance(one, Struct)]
    if plain:
        yield indent + ", ".join(plain)
    for words, part in parts:
        yield f"{indent}{words}:"
        yield from lines_of(part, indent + "  ")


def _entries(value: object) -> tuple[object, ...]:
    return cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,)


def _told(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
