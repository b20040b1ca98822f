"""trimtab replay: rebuild the state from a journal, and check that every decision comes out again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from msgspec import MsgspecError, Struct

from trimtab.app import options
from trimtab.app.compose import read_journal, versions
from trimtab.app.errors import UserError
from trimtab.app.output import say, write_json
from trimtab.records.journal_row import JournalRow
from trimtab.records.journal_row import verify as first_broken
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
    until: Annotated[
        int | None, typer.Option("--until", min=1, help="Stop after this seq.")
    ] = None,
    verify: Annotated[bool, typer.Option("--verify", help="Compare every derived fact.")] = False,
    json: options.Json = None,
) -> None:
    """Fold the outside facts of a journal again.

    Example: trimtab replay run.db --verify
    """
    rows = read_journal(journal, until)
    if not rows:
        raise UserError(f"{journal}: holds no facts: run a backtest or a demo with --journal first")
    result, differences = _replayed(journal, rows, verify=verify)
    _show(result, differences, verify=verify)
    write_json(result, json)
    if result.differences or result.chain_broken_at is not None:
        raise typer.Exit(1)


def _replayed(
    journal: Path, rows: list[JournalRow], *, verify: bool
) -> tuple[ReplayResult, tuple[Difference, ...]]:
    if verify and first_broken(rows[:1]) is not None:
        return ReplayResult(len(rows), 0, 0, 0, compared=False, chain_broken_at=rows[0].seq), ()
    try:
        outcome = replayed(rows, versions(), compare=verify)
    except (ValueError, MsgspecError) as error:
        raise UserError(
            f"{journal}: {error}: `--verify` tells which row was changed after it was written"
        ) from error
    read = rows[-1].seq  # `--until` may cut a step: what it would still have led to is not missing
    differences = tuple(one for one in outcome.differences if one.seq <= read)
    result = ReplayResult(
        len(rows), outcome.outside, outcome.derived, len(differences), outcome.compared,
        outcome.chain_broken_at,
    )  # fmt: skip
    return result, differences


def _show(result: ReplayResult, differences: tuple[Difference, ...], *, verify: bool) -> None:
    say(f"{result.rows:,} rows: {result.outside:,} from outside, {result.derived:,} derived")
    if result.chain_broken_at is not None:
        say(f"the chain is broken at seq {result.chain_broken_at}: restore the journal from a copy")
    for one in differences[:SHOWN]:
        say(f"seq {one.seq}: stored {one.stored} but derived {one.derived}")
    if verify and result.compared:
        say(f"{result.differences} differences")
    elif verify and result.chain_broken_at is None:
        say("made by another version: its decisions are not compared")
