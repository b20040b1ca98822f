"""trimtab stop: stop a running bot: cancel what rests, only reduce."""

from __future__ import annotations

import typer

from trimtab.app import options
from trimtab.app.ordering import FROM_TERMINAL, Port, Reason, order


def register(application: typer.Typer) -> None:
    application.command("stop")(stop)


def stop(port: Port = 8700, reason: Reason = FROM_TERMINAL, json: options.Json = None) -> None:
    """A running bot cancels what rests and only reduces until it is resumed.

    Example: trimtab stop --reason "a look at it"
    """
    order(port, json, type="stop_trading", reason=reason)
