"""trimtab project: the journal as SQL tables for anyone's tools."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from threading import Event
from typing import Annotated

import typer
from msgspec import MsgspecError, Struct

from trimtab.app import options
from trimtab.app.errors import UserError
from trimtab.app.interruption import ended_by_signal
from trimtab.app.journals import history
from trimtab.app.output import progress_to, say, write_json
from trimtab.app.plan_tables import PlanTables, opened
from trimtab.ports import History
from trimtab.records.upcasting import SchemaError
from trimtab.runtime.projecting import project as projected

To = Annotated[
    str,
    typer.Option("--to", help="SQLite file, or postgresql:// URL; made, or brought up to date."),
]
Follow = Annotated[bool, typer.Option("--follow", help="Go on as the journal grows, until Ctrl+C.")]
Rebuild = Annotated[bool, typer.Option("--rebuild", help="Drop the tables and begin from zero.")]

_GLANCE = 0.5
"""Seconds between two looks at a journal that is being written."""


class ProjectResult(Struct, frozen=True):
    """What `--json` gives."""

    seq: int
    """The tables tell everything up to this row of the journal."""
    read: int
    """Rows that were new to them."""
    tables: dict[str, int]
    """Rows of each table."""


def register(application: typer.Typer) -> None:
    application.command("project")(project)


def project(
    journal: Annotated[str, typer.Argument(help="A journal written by trimtab.")],
    to: To,
    follow: Follow = False,
    rebuild: Rebuild = False,
    json: options.Json = None,
) -> None:
    """Fold a journal into SQL tables: market events, adaptations, accuracy by context.

    Example: trimtab project run.db --to tables.db
    """
    ended = Event()
    with closing(history(journal, whole=False)) as rows, closing(opened(to)) as tables:
        if rebuild:
            tables.rebuild()
        _check_same_journal(journal, to, rows, tables)
        began = tables.cursor()
        with ended_by_signal(ended.set):
            _catch_up(journal, rows, tables, ended)
            say(f"{to}: {_told(tables)}")
            while follow and not ended.wait(_GLANCE):
                _catch_up(journal, rows, tables, ended)
        result = ProjectResult(tables.cursor(), tables.cursor() - began, tables.counts())
    if follow:
        say(f"{to}: seq {result.seq:,}")
    write_json(result, json)


def _check_same_journal(journal: str, to: str, rows: History, tables: PlanTables) -> None:
    """Raises UserError where the row that the tables reflect last is another one here."""
    known = tables.reflected()
    if known is None:
        return
    here = next(rows.read(known.seq - 1, known.seq), None)
    if here is None or here.hash != known.hash:
        raise UserError(
            f"{to}: made from another journal than {journal} (row {known.seq} differs): "
            f"name another place, or add --rebuild"
        )


def _catch_up(journal: str, rows: History, tables: PlanTables, ended: Event) -> None:
    """Up to the last row that is durable, or until the signal: then as far as a whole batch."""
    try:
        for _ in _shown(rows, tables):
            if ended.is_set():
                return
    except SchemaError as error:
        raise UserError(f"{journal}: {error}") from error
    except MsgspecError as error:
        raise UserError(
            f"{journal}: after row {tables.cursor()} a row cannot be read ({error}): "
            f"`trimtab replay --verify` tells which one was changed"
        ) from error


def _shown(rows: History, tables: PlanTables) -> Iterator[int]:
    last = rows.last()
    began = tables.cursor()
    return progress_to(projected(rows, tables), "project", began, last.seq if last else began)


def _told(tables: PlanTables) -> str:
    counts = ", ".join(f"{count:,} {name}" for name, count in tables.counts().items())
    return f"{counts}, as of seq {tables.cursor():,}"
