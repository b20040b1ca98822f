"""trimtab replay: rebuild the state from a journal, and check that every decision comes out again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct

from trimtab.app import options
from trimtab.app.compose import read_journal, versions
from trimtab.app.errors import UserError
from trimtab.app.output import console, write_json
from trimtab.records.journal_row import JournalRow
from trimtab.runtime.replay import Difference, replayed

SHOWN = 5


class ReplayResult(Struct, frozen=True):
    """What `--json` gives."""

    rows: int
    outside: int
    derived: int
    differences: int
    compared: bool
    """False where another version made the journal: then decisions are not compared."""
    chain_broken_at: int | None


def register(application: typer.Typer) -> None:
    application.command("replay")(replay)


def replay(
    journal: Annotated[Path, typer.Argument(help="A journal written by trimtab.")],
    until: Annotated[int | None, typer.Option("--until", help="Stop after this seq.")] = None,
    verify: Annotated[bool, typer.Option("--verify", help="Compare every derived fact.")] = False,
    json: options.Json = None,
) -> None:
    """Fold the outside facts of a journal again.

    Example: trimtab replay run.db --verify
    """
    rows = read_journal(journal, until)
    if not rows:
        raise UserError(f"{journal}: holds no facts; run a backtest or a demo with --journal first")
    result, differences = _replayed(rows, verify=verify)
    _show(result, differences, verify=verify)
    write_json(result, json)
    if result.differences or result.chain_broken_at is not None:
        raise typer.Exit(1)


def _replayed(
    rows: list[JournalRow], *, verify: bool
) -> tuple[ReplayResult, tuple[Difference, ...]]:
    outcome = replayed(rows, versions(), compare=verify)
    differences = outcome.differences
    result = ReplayResult(
        len(rows), outcome.outside, outcome.derived, len(differences), outcome.compared,
        outcome.chain_broken_at,
    )  # fmt: skip
    return result, differences


def _show(result: ReplayResult, differences: tuple[Difference, ...], *, verify: bool) -> None:
    console.print(
        f"{result.rows:,} rows: {result.outside:,} from outside, {result.derived:,} derived"
    )
    if result.chain_broken_at is not None:
        console.print(f"[red]the chain is broken at seq {result.chain_broken_at}[/red]")
    for one in differences[:SHOWN]:
        console.print(f"[red]seq {one.seq}[/red] stored {one.stored} but derived {one.derived}")
    if verify and result.compared:
        console.print(f"{result.differences} differences")
    elif verify:
        console.print("other version: not compared")
