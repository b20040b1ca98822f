"""Replay: the outside facts of a journal through the same fold, against what it recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import cast

from msgspec import Struct

from trimtab.domain.canonical import decode, encode, id_of
from trimtab.domain.facts import Outside
from trimtab.domain.observations import EngineStarted
from trimtab.mind.mind import Mind
from trimtab.mind.react import react
from trimtab.records.journal_row import JournalRow, verify


class Difference(Struct, frozen=True):
    """A derived fact that did not come out as stored; None where one side has no fact."""

    seq: int
    stored: str | None
    derived: str | None


class Replayed(Struct, frozen=True, eq=False):
    """The state at the end, and how the journal compares."""

    mind: Mind
    outside: int
    derived: int
    differences: tuple[Difference, ...]
    compared: bool
    chain_broken_at: int | None


def replayed(rows: Sequence[JournalRow], versions: Mapping[str, str], *, compare: bool) -> Replayed:
    """Folds the rows. Raises ValueError when they do not begin with `engine_started`.

    Decisions are compared only where the versions that made them are the same as now: another
    version may decide otherwise, and that is no fault of the journal. Where the chain is broken,
    comparing ends with what was decided before: a changed fact from outside may be anything.
    """
    started = decode(rows[0].payload)
    if not isinstance(started, EngineStarted):
        raise ValueError(f"the journal begins with {rows[0].type}, not with engine_started")  # noqa: TRY004
    same = dict(versions) == started.versions
    mind = Mind.of(started)
    differences: list[Difference] = []
    steps = derived = 0
    broken = verify(rows) if compare else None
    for outside, stored in _steps(rows):
        if broken is not None and outside.seq >= broken:
            break
        steps += 1
        derived += len(stored)
        if outside.seq == rows[0].seq:
            continue
        mind, facts = react(mind, _outside(outside))
        if compare and same:
            first = mind.ordinal - len(facts)
            made = [
                (id_of(fact, started.bot, mind.instant, first + number), encode(fact).decode())
                for number, fact in enumerate(facts)
            ]
            differences += _compared(outside.seq, stored, made)
    return Replayed(mind, steps, derived, tuple(differences), compare and same, broken)


def _outside(row: JournalRow) -> Outside:
    return cast("Outside", decode(row.payload))  # a row without a cause came from outside


def _steps(rows: Sequence[JournalRow]) -> Iterator[tuple[JournalRow, list[JournalRow]]]:
    """Each outside fact's row with the rows that it caused."""
    outside: JournalRow | None = None
    caused: list[JournalRow] = []
    for row in rows:
        if row.causation_id is not None:
            caused.append(row)
            continue
        if outside is not None:
            yield outside, caused
        outside, caused = row, []
    if outside is not None:
        yield outside, caused


def _compared(
    seq: int, stored: Sequence[JournalRow], made: Sequence[tuple[str, str]]
) -> Iterator[Difference]:
    for number, (row, fact) in enumerate(zip_longest(stored, made), seq + 1):
        was = None if row is None else (row.event_id, row.payload)
        if was != fact:
            yield Difference(
                number, None if was is None else was[1], None if fact is None else fact[1]
            )
