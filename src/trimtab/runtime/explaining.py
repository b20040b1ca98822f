"""Why does this row stand here? The state before it is folded again, and its step is decided anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, cast

from msgspec import json

from trimtab.domain.decisions import ForecastsWeighed
from trimtab.domain.facts import Derived, Fact, Outside
from trimtab.domain.observations import SCHEMA, EngineStarted, PredictionsIssued
from trimtab.mind.mind import Mind
from trimtab.mind.react import react
from trimtab.ports import History
from trimtab.records.evidence_of_facts import because_of
from trimtab.records.evidence_of_forecasts import Weighing
from trimtab.records.evidence_tree import Moment, evidence_tree
from trimtab.records.explanation import Compared, Differing, Evidence, Explanation
from trimtab.records.recorded import Recorded
from trimtab.records.recorded_steps import RecordedStep, steps_of
from trimtab.records.upcasting import FactReader, schema_at
from trimtab.runtime.rebuilding import rebuilt
from trimtab.runtime.replay import written

BACK = 64
"""Rows that are looked through for the beginning of a step; then twice as many, and so on."""


def explained(journal: History, versions: Mapping[str, str], seq: int) -> Explanation:
    """The answer for the row `seq`. A year's journal takes the time of its refold from a kept state.

    Raises LookupError where there is no such row, and what `rebuilt` does.
    """
    step = _step_around(journal, seq)
    before = rebuilt(journal, versions, step.outside.seq - 1).mind if step.outside.seq > 1 else None
    reader = FactReader(schema_at(journal, step.outside.seq - 1))
    told = [
        Recorded(row.seq, fact)
        for row in (step.outside, *step.derived)
        if (fact := reader.fact(row)) is not None
    ]
    asked = next((one for one in told if one.seq == seq), None)
    if asked is None:
        raise LookupError(f"seq {seq}: what it says no longer means anything to this version")
    moment = Moment(told, asked, _Pairs(before, told))
    compared, differing = _recomputed(before, step, told[0].fact, versions)
    row = next(row for row in (step.outside, *step.derived) if row.seq == seq)
    return Explanation(
        seq, asked.fact.at, row.type, because_of(asked.fact), compared, differing,
        evidence_tree(moment, _Stored(journal)),
    )  # fmt: skip


class _Stored:
    """Facts found by what their payload says; the journal is read, and few rows are decoded."""

    def __init__(self, journal: History) -> None:
        self._journal = journal

    def __call__(self, words: str) -> Iterator[Recorded]:
        reader = FactReader()
        for seq, _, kind, payload in self._journal.stored():
            if kind == _START or words in payload:
                fact = reader.decoded(seq, kind, payload)
                if fact is not None and words in payload:
                    yield Recorded(seq, fact)


_START = "engine_started"


class _Pairs:
    """The forecasts of a step, weighed again where they are asked for."""

    def __init__(self, before: Mind | None, told: Sequence[Recorded]) -> None:
        issued = told[0].fact
        weighed = next((one.fact for one in told if isinstance(one.fact, ForecastsWeighed)), None)
        self._weighing: Weighing | None = None
        if before is not None and weighed is not None and isinstance(issued, PredictionsIssued):
            self._weighing = Weighing(before, issued, weighed)

    def __call__(self, only: tuple[str, str] | None) -> Sequence[Evidence]:
        return () if self._weighing is None else tuple(self._weighing.pairs(only))


def _step_around(journal: History, seq: int) -> RecordedStep:
    newest = journal.last()
    if newest is None or not 1 <= seq <= newest.seq:
        there = "the journal is empty" if newest is None else f"it has 1 to {newest.seq}"
        raise LookupError(f"seq {seq}: there is no such row; {there}")
    back = BACK
    while True:
        after = max(0, seq - back)
        begins = [row.seq for row in journal.read(after, seq) if row.causation_id is None]
        if begins:
            return next(steps_of(journal.read(begins[-1] - 1)))
        if after == 0:
            raise LookupError(f"seq {seq}: no fact from outside stands before it")
        back *= 2


def _recomputed(
    before: Mind | None, step: RecordedStep, outside: Fact, versions: Mapping[str, str]
) -> tuple[Compared, tuple[Differing, ...]]:
    """The step decided once more; the first start decides nothing."""
    if before is None:
        return "nothing to recompute", ()
    started = outside if isinstance(outside, EngineStarted) else before.started
    if started.versions != dict(versions) or started.schema != SCHEMA:
        return "made by another version", ()
    mind, derived = react(before, cast("Outside", outside))
    differing = tuple(_differing(step, mind, derived))
    if differing:
        return "different", differing
    return ("identical" if step.derived else "nothing to recompute"), ()


def _differing(step: RecordedStep, mind: Mind, derived: list[Derived]) -> Iterator[Differing]:
    made = written(mind, derived)
    for seq, (row, fact) in enumerate(zip_longest(step.derived, made), step.outside.seq + 1):
        stored = {} if row is None else {"event id": row.event_id, **_fields(row.payload)}
        again = {} if fact is None else {"event id": fact[0], **_fields(fact[1])}
        for name in sorted({*stored, *again}):
            if stored.get(name) != again.get(name):
                yield Differing(seq, name, _plain(stored.get(name)), _plain(again.get(name)))


def _fields(payload: str) -> dict[str, Any]:
    fields: dict[str, Any] = json.decode(payload)
    return fields


def _plain(value: object) -> str | None:
    return None if value is None else json.encode(value).decode()
