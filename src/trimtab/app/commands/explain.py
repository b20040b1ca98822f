"""trimtab explain: why a decision was taken, in words, with the figures that it followed from."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer
from msgspec import MsgspecError

from trimtab.app import options
from trimtab.app.compose import versions
from trimtab.app.errors import UserError
from trimtab.app.journals import history
from trimtab.app.output import say, write_json
from trimtab.ports import History
from trimtab.records.explanation import Explanation, in_words
from trimtab.runtime.explaining import explained


def register(application: typer.Typer) -> None:
    application.command("explain")(explain)


def explain(
    journal: Annotated[str, typer.Argument(help="A journal written by trimtab.")],
    seq: Annotated[int, typer.Argument(min=1, help="The row's place: the page shows it.")],
    json: options.Json = None,
) -> None:
    """Why does a row stand in the journal: words, figures, what led to it and what came of it.

    Also where nothing was done. The state before it is folded again from what had come from outside, and its step is decided once
    more: exit code 1 if a field comes out otherwise than it is stored.

    Example: trimtab explain run.db 1200
    """
    with closing(history(journal)) as rows:
        found = _explained(rows, journal, seq)
    for line in in_words(found):
        say(line)
    write_json(found, json)
    if found.recomputed == "different":
        raise typer.Exit(1)


def _explained(journal: History, name: str, seq: int) -> Explanation:
    try:
        return explained(journal, versions(), seq)
    except LookupError as error:
        raise UserError(f"{name}: {error}") from error
    except (ValueError, MsgspecError) as error:
        raise UserError(
            f"{name}: {error}: `trimtab replay {name} --verify` tells which row was changed"
        ) from error
