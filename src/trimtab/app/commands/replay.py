"""trimtab replay: rebuild the state from a journal, and check that every decision comes out again."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from trimtab.app import options
from trimtab.app.errors import UserError
from trimtab.app.journals import history
from trimtab.app.output import write_json
from trimtab.app.replaying.imagining import imagine
from trimtab.app.replaying.place import place_of
from trimtab.app.replaying.replay import replay_of

Until = Annotated[
    str | None,
    typer.Option("--until", help="Stop after this seq, or at this time such as 2024-05-01T12:00Z."),
]
Verify = Annotated[
    bool,
    typer.Option(
        "--verify", help="Compare every derived fact and every kept state, from the start."
    ),
]
WhatIf = Annotated[
    Path | None,
    typer.Option("--what-if", help="A trimtab.toml: what would have come of it, from --from on."),
]
From = Annotated[str | None, typer.Option("--from", help="With --what-if: a seq, or a time (UTC).")]


def register(application: typer.Typer) -> None:
    application.command("replay")(replay)


def replay(
    journal: Annotated[str, typer.Argument(help="A journal written by trimtab.")],
    until: Until = None,
    verify: Verify = False,
    what_if: WhatIf = None,
    begin: From = None,
    json: options.Json = None,
) -> None:
    """Fold the outside facts of a journal again.

    Example: trimtab replay run.db --verify

    Example: trimtab replay run.db --what-if careful.toml --from 2024-05-01
    """
    with closing(history(journal)) as rows:
        last = place_of(rows, until, "--until", journal)
        if what_if is None:
            if begin is not None:
                raise UserError(f"--from {begin}: add --what-if, the configuration to try")
            result = replay_of(rows, journal, last, verify=verify)
            write_json(result, json)
            if result.fails:
                raise typer.Exit(1)
            return
        if begin is None or verify:
            wrong = "--verify: leave it out" if verify else "add --from, a seq or a time"
            raise UserError(f"--what-if {what_if}: {wrong}")
        first = place_of(rows, begin, "--from", journal)
        write_json(imagine(rows, journal, what_if, first, last), json)
