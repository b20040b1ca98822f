"""Replay: the outside facts of a journal through the same fold, against what it recorded.

A journal is a row of stretches, one from each start to the next. Decisions and kept states are
compared only in stretches that our own versions made, from a state that is certain: another version
may decide otherwise, and that is no fault of the journal. The chain is checked everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import cast

from msgspec import Struct

from trimtab.domain.canonical import encode, id_of
from trimtab.domain.facts import Derived, Outside
from trimtab.domain.observations import SCHEMA, EngineStarted
from trimtab.mind.mind import Mind
from trimtab.mind.react import react
from trimtab.records import snapshot
from trimtab.records.journal_row import JournalRow
from trimtab.records.recorded_steps import RecordedStep, steps_of
from trimtab.records.snapshot import Snapshot
from trimtab.records.unbroken import Unbroken
from trimtab.records.upcasting import FactReader
from trimtab.runtime.restoring import restored

NAMED = 100
"""Differences that are kept; the others are only counted."""


class Difference(Struct, frozen=True):
    """A derived fact that did not come out as stored; None where one side has no fact."""

    seq: int
    stored: str | None
    derived: str | None


class Replayed(Struct, frozen=True, eq=False):
    """The state at the end, and how the journal compares."""

    mind: Mind
    seq: int
    """Of the last row that was read."""
    rows: int
    outside: int
    derived: int
    starts: int
    differences: tuple[Difference, ...]
    """The first ones."""
    different: int
    """How many there are."""
    not_compared: int
    """Derived facts of stretches that other versions made."""
    compared: bool
    """Whether there was no such stretch, and comparing was asked for."""
    equal_snapshots: int
    different_snapshots: tuple[int, ...]
    """Seqs at which another state was kept than comes out."""
    chain_broken_at: int | None

    @property
    def state_hash(self) -> str:
        """Of the state at the end, as snapshots have it."""
        return snapshot.hash_of(snapshot.encode(self.mind))


def replayed(
    rows: Iterable[JournalRow],
    versions: Mapping[str, str],
    *,
    compare: bool,
    kept: Sequence[Snapshot] = (),
    begin: Snapshot | None = None,
    until: int | None = None,
) -> Replayed:
    """Folds the rows, one after the other. `until`: their end may have cut the last step.

    `kept`: the snapshots to compare with, and to go on from after a stretch of another version;
    `begin`: the one after which the rows go on, instead of at the beginning.

    Raises ValueError when the rows do not begin with `engine_started`, or `begin` does not fit,
    and what `FactReader.fact` does. Where the chain is broken, replay ends with what was decided
    before: a changed fact from outside may be anything.
    """
    unbroken = Unbroken(rows, check=compare)
    fold = _Fold(versions, {one.seq: one for one in kept}, compare=compare, last=until)
    if begin is not None:
        fold.begin(begin)
    for step in steps_of(unbroken):
        fold.take(step)
    return fold.result(unbroken)


class _Fold:
    """What is known on the way through a journal."""

    def __init__(
        self,
        versions: Mapping[str, str],
        kept: Mapping[int, Snapshot],
        *,
        compare: bool,
        last: int | None,
    ) -> None:
        self._versions = dict(versions)
        self._kept = kept
        self._compare = compare
        self._last = last
        self._reader = FactReader()
        self._mind: Mind | None = None
        self._ours = False
        """Whether our versions made the stretch."""
        self._certain = False
        """Whether the state is the one that was there when the facts were recorded."""
        self._steps = self._derived = self._starts = 0
        self._differences: list[Difference] = []
        self._different = self._not_compared = self._equal = 0
        self._other_states: list[int] = []
        self._all_ours = True

    def begin(self, kept: Snapshot) -> None:
        """From a state instead of from the first start."""
        mind = restored(kept, self._versions)
        if mind is None:
            raise ValueError(f"the state kept at seq {kept.seq} cannot be read by this version")
        self._mind, self._certain = mind, True
        self._reader = FactReader(mind.started.schema)
        self._ours = mind.started.versions == self._versions

    def take(self, step: RecordedStep) -> None:
        """One fact from outside and what is stored as its consequences."""
        fact = cast("Outside | None", self._reader.fact(step.outside))
        if isinstance(fact, EngineStarted):
            self._start(fact)
        self._steps += 1
        self._derived += len(step.derived)
        first = self._mind is None
        derived = self._moved(step, fact)
        if self._ours and self._certain:
            self._differ([] if first else _compared(step, written(self._state(), derived)))
        else:
            self._all_ours = False
            self._not_compared += len(step.derived)
        self._look_at_state(step.last_seq)

    def _start(self, started: EngineStarted) -> None:
        self._starts += 1
        self._ours = started.versions == self._versions and started.schema == SCHEMA
        self._certain = self._ours and (self._mind is None or self._certain)

    def _moved(self, step: RecordedStep, fact: Outside | None) -> list[Derived]:
        """The consequences of a fact; None, which no longer means anything, has none."""
        if self._mind is None:
            if not isinstance(fact, EngineStarted):
                kind = step.outside.type
                raise ValueError(f"the journal begins with {kind}, not with engine_started")
            self._mind = Mind.of(fact)
            return []
        if fact is None:
            return []
        self._mind, derived = react(self._mind, fact)
        return derived

    def _differ(self, differences: Iterable[Difference]) -> None:
        for one in differences if self._compare else ():
            if self._last is not None and one.seq > self._last:
                return
            self._different += 1
            if len(self._differences) < NAMED:
                self._differences.append(one)

    def _look_at_state(self, seq: int) -> None:
        """Compares with the state that was kept here, or goes on from it."""
        kept = self._kept.get(seq)
        if kept is None:
            return
        if not self._certain:
            mind = restored(kept, self._versions)
            self._mind, self._certain = mind or self._mind, mind is not None
        elif self._compare and self._ours and kept.versions == self._versions:
            if snapshot.hash_of(snapshot.encode(self._state())) == kept.state_hash:
                self._equal += 1
            else:
                self._other_states.append(seq)

    def _state(self) -> Mind:
        if self._mind is None:
            raise ValueError("no row to begin with, or the chain is broken at its first row")
        return self._mind

    def result(self, read: Unbroken) -> Replayed:
        """After the last step."""
        return Replayed(
            mind=self._state(),
            seq=read.seq,
            rows=read.count,
            outside=self._steps,
            derived=self._derived,
            starts=self._starts,
            differences=tuple(self._differences),
            different=self._different,
            not_compared=self._not_compared,
            compared=self._compare and self._all_ours,
            equal_snapshots=self._equal,
            different_snapshots=tuple(self._other_states),
            chain_broken_at=read.broken_at,
        )


def written(mind: Mind, derived: Sequence[Derived]) -> list[tuple[str, str]]:
    """Event id and payload of what `mind` has just derived, as the journal has them."""
    first = mind.ordinal - len(derived)
    return [
        (id_of(fact, mind.started.bot, mind.instant, first + number), encode(fact).decode())
        for number, fact in enumerate(derived)
    ]


def _compared(step: RecordedStep, made: Sequence[tuple[str, str]]) -> Iterator[Difference]:
    for number, (row, fact) in enumerate(zip_longest(step.derived, made), step.outside.seq + 1):
        was = None if row is None else (row.event_id, row.payload)
        if was != fact:
            yield Difference(
                number, None if was is None else was[1], None if fact is None else fact[1]
            )
