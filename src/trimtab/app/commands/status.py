"""trimtab status: how a running bot is, from a terminal."""

from __future__ import annotations

from typing import Any

import typer

from trimtab.app import options
from trimtab.app.errors import UserError
from trimtab.app.ordering import Port
from trimtab.app.output import say, write_json
from trimtab.app.running_bot import RunningBot


def register(application: typer.Typer) -> None:
    application.command("status")(status)


def status(port: Port = 8700, json: options.Json = None) -> None:
    """How a running bot is: whether it trades, at which stage, and what it holds.

    Example: trimtab status --json -
    """
    overview = RunningBot(port).overview()
    if overview["bot"] is None:
        raise UserError(f"--port {port}: no bot has started there yet: wait a moment")
    write_json(overview, json)
    for line in _in_words(overview):
        say(line)


def _in_words(overview: dict[str, Any]) -> list[str]:
    bot = overview["bot"]
    because = f" by {bot['status_by']}: {bot['status_because']}" if bot["status_because"] else ""
    held = [f"{one['coin']} {one['size']:+g}" for one in overview["positions"].values()]
    return [
        f"{bot['name']} ({bot['mode']}, stage {bot['stage']}) is {bot['status']}{because}",
        f"holds {', '.join(held) or 'nothing'}; journal at seq {overview['seq']:,}",
    ]
