"""Facts out of rows, whatever version stored them: an older form is brought to today's on reading.

Each start says in which schema it stores its facts. A row of an older one goes through the steps
from its schema to ours, one after the other; nothing is ever written over. Rows of our own schema
are decoded as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol

from msgspec import Struct, json

from trimtab.domain.canonical import decode
from trimtab.domain.facts import Fact
from trimtab.domain.observations import SCHEMA
from trimtab.records.journal_row import JournalRow
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


UPCASTERS: tuple[Upcaster, ...] = (_schema_said,)
"""The n-th brings facts of schema n to schema n + 1."""


class Rows(Protocol):
    """What of a journal is asked for the schema at a place; `ports.History` is one."""

    def read(self, after: int = 0, until: int | None = None) -> Iterator[JournalRow]: ...


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
        if row.type == START:
            self.schema = self._known(row)
        if self.schema == self._newest:
            return decode(row.payload)
        stored = self._upcast(row)
        return None if stored is None else decode(json.encode({**stored[1], "type": stored[0]}))

    def _known(self, row: JournalRow) -> int:
        schema = _said.decode(row.payload).schema
        if schema > self._newest:
            raise SchemaError(
                f"seq {row.seq}: stored under schema {schema}, and this program knows schemas up "
                f"to {self._newest}: use the program that wrote it, or a newer one"
            )
        return schema

    def _upcast(self, row: JournalRow) -> Stored | None:
        fields: dict[str, Any] = json.decode(row.payload)
        stored: Stored | None = row.type, fields
        for step in self._upcasters[self.schema :]:
            stored = None if stored is None else step(*stored)
        return stored


class _Said(Struct, frozen=True):
    schema: int = 0


_said = json.Decoder(_Said)


def facts_of(rows: Iterable[JournalRow], schema: int = SCHEMA) -> Iterator[Recorded]:
    """The rows' facts, in order. `schema`: of the rows before the first start among them.

    Raises what `FactReader.fact` does.
    """
    fact_of = FactReader(schema).fact
    for row in rows:
        fact = fact_of(row)
        if fact is not None:
            yield Recorded(row.seq, fact)


def facts_after(journal: Rows, after: int = 0, until: int | None = None) -> Iterator[Recorded]:
    """A journal's facts from any place on: `after` < seq <= `until`. Raises as `facts_of`."""
    return facts_of(journal.read(after, until), schema_at(journal, after))


def schema_at(journal: Rows, seq: int) -> int:
    """The schema in which rows after `seq` go on.

    Only a journal that an older version began has to be looked through: schemas never go back.
    Raises as `facts_of`.
    """
    schema = SCHEMA
    for row in journal.read(0, seq):
        if row.type == START:
            reader = FactReader()
            reader.fact(row)
            schema = reader.schema
        if schema == SCHEMA:
            break
    return schema
