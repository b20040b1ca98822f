"""One fact as evidence: its title, its reason, and every figure that it carries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import cast

from msgspec import Struct
from msgspec.structs import asdict

from trimtab.domain.configuration import Configuration
from trimtab.domain.facts import Fact
from trimtab.domain.observations import BarsClosed
from trimtab.domain.tags import tag_of
from trimtab.domain.units import Micros
from trimtab.records.explanation import Evidence, Figure, moment
from trimtab.records.recorded import Recorded

_WORDS = ("because", "reason", "error")
"""Fields that say why."""
_ELSEWHERE = {"at", "evidence", *_WORDS}
FEW = 8
"""Entries of a list that are named; a longer one is counted."""


def evidence_of(recorded: Recorded, asked: int) -> Evidence:
    """The link of a fact; `asked`: the seq that the question was about."""
    seq, fact = recorded
    return Evidence(
        tag_of(fact).replace("_", " "), because_of(fact), seq, fact.at, seq == asked,
        dict(_figures(fact)),
    )  # fmt: skip


def because_of(fact: Fact) -> str:
    """Its reason in its own words; empty where it is a plain observation."""
    return next((str(getattr(fact, name)) for name in _WORDS if hasattr(fact, name)), "")


def _figures(fact: Fact) -> Iterator[tuple[str, Figure]]:
    if isinstance(fact, BarsClosed):
        yield "rows", len(fact.bars)
        yield "coins", len(fact.coins)
        return
    for name, value in asdict(fact).items():
        if name not in _ELSEWHERE:
            yield from _of_field(name.replace("_", " "), value)
    evidence: dict[str, float] = getattr(fact, "evidence", {})
    yield from evidence.items()


def _of_field(name: str, value: object) -> Iterator[tuple[str, Figure]]:
    """Plain values as they are; those of a part go by both names; tables are not figures."""
    if value is None:
        return
    if isinstance(value, bool | int | float | str):
        yield name, _dated(name, value)
    elif isinstance(value, Decimal):
        yield name, str(value)
    elif isinstance(value, tuple):
        yield from _of_list(name, cast("tuple[object, ...]", value))
    elif not isinstance(value, Configuration):  # its hash and what changed are told beside it
        for part, inner in _parts(value):
            yield from _of_field(f"{name} {part}", inner)


def _dated(name: str, value: Figure) -> Figure:
    """Moments as people read them."""
    is_moment = name.endswith(("at", "deadline", "until", "from")) and isinstance(value, int)
    return moment(Micros(int(value or 0))) if is_moment else value


def _parts(value: object) -> Iterable[tuple[str, object]]:
    if isinstance(value, Struct):
        return ((part.replace("_", " "), inner) for part, inner in asdict(value).items())
    if isinstance(value, dict):
        known = cast("dict[object, object]", value)
        return ((str(key), inner) for key, inner in known.items())
    return ()


def _of_list(name: str, values: tuple[object, ...]) -> Iterator[tuple[str, Figure]]:
    plain = [str(value) for value in values if isinstance(value, str | int | float)]
    if len(plain) == len(values) <= FEW:
        yield name, ", ".join(plain) or "none"
    else:
        yield name, f"{len(values)} entries"
