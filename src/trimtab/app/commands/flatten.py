"""trimtab flatten: stop a running bot and close every position."""

from __future__ import annotations

import typer

from trimtab.app import options
from trimtab.app.ordering import FROM_TERMINAL, Port, Reason, order


def register(application: typer.Typer) -> None:
    application.command("flatten")(flatten)


def flatten(port: Port = 8700, reason: Reason = FROM_TERMINAL, json: options.Json = None) -> None:
    """A running bot stops, and closes every position.

    Example: trimtab flatten --reason "a look at it"
    """
    order(port, json, type="stop_trading", flatten=True, reason=reason)
