"""Why a fact stands in the journal: the chain of what led to it and what came of it, with figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from trimtab.domain.units import Micros

Figure = str | int | float | bool | None

Compared = Literal["identical", "different", "nothing to recompute", "made by another version"]


class Evidence(Struct, frozen=True, omit_defaults=True):
    """One link of the chain: a fact, or one forecast of a fact."""

    title: str
    because: str = ""
    """In words."""
    seq: int | None = None
    at: Micros | None = None
    asked: bool = False
    """Whether this is what was asked about."""
    figures: dict[str, Figure] = {}
    led_to: tuple[Evidence, ...] = ()


class Differing(Struct, frozen=True):
    """A field that came out otherwise than it is stored; None where one side has none."""

    seq: int
    field: str
    stored: str | None
    recomputed: str | None


class Explanation(Struct, frozen=True):
    """The answer to "why?" for one row of the journal."""

    seq: int
    at: Micros
    type: str
    because: str
    recomputed: Compared
    """Whether its step came out again from what had come from outside, field for field."""
    differing: tuple[Differing, ...]
    evidence: Evidence
    """From the first cause down to what came of it."""


def chained(links: list[Evidence]) -> Evidence:
    """Each link led to the next, beside what it led to already. Raises ValueError for none."""
    if not links:
        raise ValueError("a chain has at least one link")
    chain = links[-1]
    for link in reversed(links[:-1]):
        chain = replace(link, led_to=(*link.led_to, chain))
    return chain


def in_words(explanation: Explanation) -> Iterator[str]:
    """Lines for a terminal: the answer, the tree, and whether it came out again."""
    yield f"seq {explanation.seq}, {moment(explanation.at)}, {explanation.type}"
    if explanation.because:
        yield explanation.because
    yield from _lines(explanation.evidence, "")
    yield f"recomputed: {explanation.recomputed}"
    for one in explanation.differing:
        yield f"seq {one.seq}, {one.field}: stored {one.stored}, recomputed {one.recomputed}"


def moment(at: Micros) -> str:
    """UTC, to the second."""
    return f"{datetime.fromtimestamp(0, UTC) + timedelta(microseconds=at):%Y-%m-%d %H:%M:%S} UTC"


def _lines(link: Evidence, indent: str) -> Iterator[str]:
    seq = "" if link.seq is None else f"[{link.seq}] "
    because = f": {link.because}" if link.because else ""
    yield f"{indent}{'> ' if link.asked else '- '}{seq}{link.title}{because}"
    figures = ", ".join(f"{name} {_told(value)}" for name, value in link.figures.items())
    if figures:
        yield f"{indent}    {figures}"
    for one in link.led_to:
        yield from _lines(one, indent + "  ")


def _told(value: Figure) -> str:
    if value is None:
        return "unknown"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
