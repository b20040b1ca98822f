"""trimtab resume: let a running bot trade again, and re-arm what has tripped."""

from __future__ import annotations

from typing import Annotated

import typer

from trimtab.app import options
from trimtab.app.ordering import FROM_TERMINAL, Port, Reason, order

Breakers = Annotated[
    list[str] | None,
    typer.Option("--breaker", help="Re-arm this one; repeatable. None named: all that tripped."),
]


def register(application: typer.Typer) -> None:
    application.command("resume")(resume)


def resume(
    breaker: Breakers = None,
    port: Port = 8700,
    reason: Reason = FROM_TERMINAL,
    json: options.Json = None,
) -> None:
    """A running bot trades again; what has tripped is re-armed.

    Example: trimtab resume --reason "the feed is back"
    """
    order(port, json, type="resume", reason=reason, breakers=breaker or [])
