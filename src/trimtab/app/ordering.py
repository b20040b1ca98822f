"""What the commands that operate a running bot share: their options, and how they answer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from trimtab.app.errors import UserError
from trimtab.app.output import say, write_json
from trimtab.app.running_bot import RunningBot

Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="Where the bot listens.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is recorded with the command.")]

FROM_TERMINAL = "from the terminal"


def order(port: int, json: Path | None, **command: object) -> None:
    """Sends the command and tells what became of it. Raises UserError where it failed."""
    state = RunningBot(port).order(command)
    write_json(state, json)
    if state.status == "failed":
        raise UserError(f"{state.command} failed: {state.because}")
    words = {"executed": "done", "pending": "recorded, and on its way"}
    say(f"{state.command}: {words[state.status]}")
