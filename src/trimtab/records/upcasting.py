"""Facts out of rows, whatever version stored them: an older form is brought to today's on reading.

Each start says in which schema it stores its facts. A row of an older one goes through the steps
from its schema to ours, one after the other; nothing is ever written over. Rows of our own schema
are decoded as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol

from msgspec import Struct, json

from trimtab.domain.canonical import decode, decoders
from trimtab.domain.facts import Fact
from trimtab.domain.observations import SCHEMA
from trimtab.records.journal_row import JournalRow, StoredFact
from trimtab.records.recorded import Recorded

Stored = tuple[str, dict[str, Any]]
"""A fact's type and its fields, as JSON has them."""

Upcaster = Callable[[str, dict[str, Any]], Stored | None]
"""Brings a fact from one schema to the next; None where it no longer means anything."""

START = "engine_started"


class SchemaError(ValueError):
    """A journal is newer than this program."""


def _schema_said(kind: str, fields: dict[str, Any]) -> Stored:
    """Schema 0 did not tell its number."""
    return (kind, {**fields, "schema": 0} if kind == START else fields)


def _changes_alone(kind: str, fields: dict[str, Any]) -> Stored:
    """Schema 1 told whole configurations before and after a change."""
    if kind != "adaptation_applied":
        return kind, fields
    told = {name: value for name, value in fields.items() if name not in {"before", "after"}}
    return kind, {**told, "leverage": fields["before"]["risk"]["leverage"]}


UPCASTERS: tuple[Upcaster, ...] = (_schema_said, _changes_alone)
"""The n-th brings facts of schema n to schema n + 1."""


class StoredFacts(Protocol):
    """What of a journal is asked for its facts; `ports.History` is one."""

    def stored(self, after: int = 0, until: int | None = None) -> Iterator[StoredFact]: ...


class FactReader:
    """Decodes a journal's rows in order, and minds the starts on the way."""

    def __init__(
        self, schema: int = SCHEMA, upcasters: Sequence[Upcaster] = UPCASTERS, newest: int = SCHEMA
    ) -> None:
        """`schema`: of the rows up to the first start that is read."""
        self.schema = schema
        """Of the row that was read last."""
        self._upcasters = upcasters
        self._newest = newest

    def fact(self, row: JournalRow) -> Fact | None:
        """The row's fact in today's form; None where it no longer means anything.

        Raises SchemaError for a newer schema, msgspec.MsgspecError where the row holds no fact.
        """
        return self.decoded(row.seq, row.type, row.payload)

    def decoded(self, seq: int, kind: str, payload: str) -> Fact | None:
        """As `fact`, from what of a row is needed for it."""
        if kind == START:
            self.schema = self._known(seq, payload)
        if self.schema == self._newest:
            return decoders[kind](payload)
        stored = self._upcast(kind, payload)
        return None if stored is None else decode(json.encode({**stored[1], "type": stored[0]}))

    def _known(self, seq: int, payload: str) -> int:
        schema = _said.decode(payload).schema
        if schema > self._newest:
            raise SchemaError(
                f"seq {seq}: stored under schema {schema}, and this program knows schemas up "
                f"to {self._newest}: use the program that wrote it, or a newer one"
            )
        return schema

    def _upcast(self, kind: str, payload: str) -> Stored | None:
        fields: dict[str, Any] = json.decode(payload)
        stored: Stored | None = kind, fields
        for step in self._upcasters[self.schema :]:
            stored = None if stored is None else step(*stored)
        return stored


class _Said(Struct, frozen=True):
    schema: int = 0


_said = json.Decoder(_Said)


def facts_of(stored: Iterable[StoredFact], schema: int = SCHEMA) -> Iterator[Recorded]:
    """The facts, in order. `schema`: of those before the first start among them.

    Raises what `FactReader.fact` does.
    """
    reader = FactReader(schema)
    is_ours = schema == SCHEMA
    for seq, _, kind, payload in stored:
        if is_ours and kind != START:  # as `decoded`, without calling it
            yield Recorded(seq, decoders[kind](payload))
            continue
        fact = reader.decoded(seq, kind, payload)
        is_ours = reader.schema == SCHEMA
        if fact is not None:
            yield Recorded(seq, fact)


def facts_after(
    journal: StoredFacts, after: int = 0, until: int | None = None
) -> Iterator[Recorded]:
    """A journal's facts from any place on: `after` < seq <= `until`. Raises as `facts_of`."""
    return facts_of(journal.stored(after, until), schema_at(journal, after))


def schema_at(journal: StoredFacts, seq: int) -> int:
    """The schema in which rows after `seq` go on.

    Only a journal that an older version began has to be looked through: schemas never go back.
    Raises as `facts_of`.
    """
    schema = SCHEMA
    for start, _, kind, payload in journal.stored(0, seq):
        if kind == START:
            reader = FactReader()
            reader.decoded(start, kind, payload)
            schema = reader.schema
        if schema == SCHEMA:
            break
    return schema
