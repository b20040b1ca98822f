"""Restart: the newest state that can be used, and what came after it folded again.

What is folded again has to come out as it stands: then the state is the one that was lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol, cast

from trimtab.domain.canonical import encode, id_of
from trimtab.domain.facts import Derived, Fact, Outside
from trimtab.domain.observations import SCHEMA, EngineStarted
from trimtab.mind.mind import Mind
from trimtab.mind.react import react
from trimtab.ports import JournalError
from trimtab.records.journal_row import JournalRow
from trimtab.records.recorded_steps import RecordedStep, steps_of
from trimtab.records.snapshot import Snapshot
from trimtab.records.upcasting import FactReader, SchemaError
from trimtab.runtime.reactive_bot import Past
from trimtab.runtime.restoring import restored

_MEND = "start that version once and let it end by itself, then start this one"


class Readable(Protocol):
    """What of a journal a restart needs."""

    def read(self, after: int = 0, until: int | None = None) -> Iterator[JournalRow]: ...
    def snapshot(self, until: int | None = None) -> Snapshot | None: ...


def resumed(journal: Readable, versions: Mapping[str, str]) -> Past | None:
    """The state at the end of a journal; None where nothing was recorded yet.

    Raises JournalError where the state cannot be had with certainty.
    """
    past = _kept(journal, versions)
    after = 0 if past is None else past.seq
    for step in steps_of(journal.read(after)):
        past = _begun(step, versions) if past is None else _again(past, step)
    return past


def _kept(journal: Readable, versions: Mapping[str, str]) -> Past | None:
    """The newest state whose form fits. An older one only means more to fold again."""
    kept = journal.snapshot()
    while kept is not None:
        mind = restored(kept, versions)
        if mind is not None:
            return Past(mind, kept.seq)
        kept = journal.snapshot(kept.seq - 1)
    return None


def _begun(step: RecordedStep, versions: Mapping[str, str]) -> Past:
    """History is never folded with the rules of another version."""
    started = _fact(step.outside)
    if not isinstance(started, EngineStarted):
        raise JournalError(f"begins with {step.outside.type}, not with engine_started: restore it")
    if started.versions != dict(versions):
        raise JournalError(
            f"made by {_named(started.versions)}, and no state is kept that {_named(versions)} "
            f"could go on from: {_MEND}"
        )
    return Past(Mind.of(started), step.last_seq)


def _again(past: Past, step: RecordedStep) -> Past:
    fact = _fact(step.outside, past.mind.started.schema)
    if fact is None:  # it no longer means anything
        return Past(past.mind, step.last_seq)
    mind, facts = react(past.mind, cast("Outside", fact))  # a row without a cause is from outside
    first = mind.ordinal - len(facts)
    stored = [(row.event_id, row.payload) for row in step.derived]
    if stored != [_written(mind, fact, first + place) for place, fact in enumerate(facts)]:
        raise JournalError(
            f"seq {step.outside.seq}: {_named(mind.started.versions)} decided otherwise here than "
            f"this program does: {_MEND}"
        )
    return Past(mind, step.last_seq)


def _fact(row: JournalRow, schema: int = SCHEMA) -> Fact | None:
    try:
        return FactReader(schema).fact(row)
    except SchemaError as error:
        raise JournalError(str(error)) from None


def _written(mind: Mind, fact: Derived, ordinal: int) -> tuple[str, str]:
    return id_of(fact, mind.started.bot, mind.instant, ordinal), encode(fact).decode()


def _named(versions: Mapping[str, str]) -> str:
    return " ".join((f"trimtab {versions.get('trimtab', '?')}", *_others(versions)))


def _others(versions: Mapping[str, str]) -> list[str]:
    return [f"{name} {number}" for name, number in sorted(versions.items()) if name != "trimtab"]
