"""trimtab pause: pause a running bot: no new positions, no adaptations."""

from __future__ import annotations

import typer

from trimtab.app import options
from trimtab.app.ordering import FROM_TERMINAL, Port, Reason, order


def register(application: typer.Typer) -> None:
    application.command("pause")(pause)


def pause(port: Port = 8700, reason: Reason = FROM_TERMINAL, json: options.Json = None) -> None:
    """A running bot opens nothing new and adapts nothing until it is resumed.

    Example: trimtab pause --reason "a look at it"
    """
    order(port, json, type="pause", reason=reason)
