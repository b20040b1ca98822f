"""trimtab relay: carry a journal to a broker, as a process of its own beside the bot."""

from __future__ import annotations

from threading import Event
from typing import Annotated

import typer
from msgspec import Struct

from trimtab.app import options
from trimtab.app.brokers import relayed
from trimtab.app.errors import UserError
from trimtab.app.interruption import ended_by_signal
from trimtab.app.logs import log_to_standard_error
from trimtab.app.output import say, write_json
from trimtab.runtime.relay import Relay

_GLANCE = 0.25
"""Seconds between two looks at how it gets on."""


class RelayResult(Struct, frozen=True):
    """What `--json` gives."""

    seq: int
    """Up to which the broker has acknowledged."""
    behind: int
    """Rows that are durable and not acknowledged."""
    error: str
    """Why it did not get on at the end; empty if it did."""


def register(application: typer.Typer) -> None:
    application.command("relay")(relay)


def relay(
    journal: Annotated[str, typer.Argument(help="A journal, also one that a bot is writing.")],
    broker: Annotated[
        str, typer.Option("--broker", help="nats://HOST:PORT or redis://HOST:PORT/DATABASE.")
    ],
    once: Annotated[
        bool, typer.Option("--once", help="End when the broker has everything by now.")
    ] = False,
    json: options.Json = None,
) -> None:
    """Carry a journal to a broker: NATS JetStream or Redis Streams.

    Until Ctrl+C; a broker that is away is tried again for ever.

    A password or token belongs into TRIMTAB_BROKER_PASSWORD.

    Example: trimtab relay run.db --broker nats://127.0.0.1:4222
    """
    if not broker:
        raise UserError("--broker is empty: name nats://HOST:PORT or redis://HOST:PORT/DATABASE")
    log_to_standard_error()
    ended = Event()
    with ended_by_signal(ended.set), relayed(journal, broker) as running:
        _watch(running, ended, once=once)
        state = running.state
    say(f"{broker}: has everything up to seq {state.seq:,}")
    write_json(RelayResult(state.seq, state.behind, state.error), json)
    if once and state.error:
        raise typer.Exit(1)


def _watch(running: Relay, ended: Event, *, once: bool) -> None:
    """Tells what changes: away, and back again."""
    told = ""
    while not ended.wait(_GLANCE):
        state = running.state
        if state.error != told:
            told = state.error
            say(told or f"the broker answers again, at seq {state.seq:,}")
        if once and (state.error or (state.seq and not state.behind)):
            return
