"""All commands, and how their errors are told."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import typer

from trimtab.adapters.parquet.errors import DataError
from trimtab.app.errors import UserError
from trimtab.dashboard.errors import DashboardError

MISUSED = 2

COMMANDS = {
    "demo": "The whole system on a synthetic or recorded market; nothing is at stake.",
    "run": "The bot on real markets: on paper unless the file says testnet or live.",
    "venue": "Hyperliquid and Allora on this machine, to try things out: nothing of it is real.",
    "keys": "The agent key that signs orders, and the process that alone holds it.",
    "status": "How a running bot is: whether it trades, at which stage, and what it holds.",
    "pause": "A running bot opens nothing new and adapts nothing until it is resumed.",
    "resume": "A running bot trades again; what has tripped is re-armed.",
    "stop": "A running bot cancels what rests and only reduces until it is resumed.",
    "flatten": "A running bot stops, and closes every position.",
    "inject": "A simulated market event for a running bot; never in live trading.",
    "backtest": "Run the whole system over recorded candles and forecasts.",
    "compare": "Adapted against static, topic by topic and pooled with equal weight.",
    "context": "Read the market's context from candles, as it was known at each close.",
    "accuracy": "Score every topic by coin, market phase and volatility, after costs.",
    "topics": "What Allora forecasts now, topic by topic, and what of it can be traded.",
    "forecasts": "The latest forecast of one topic: its value, its age, and whether both sources agree.",
    "explain": "Why does a row stand in the journal: words, figures, what led to it and what came of it.",
    "replay": "Fold the outside facts of a journal again.",
    "audit": "Does the journal still say what it said? Show it to others.",
    "project": "Fold a journal into SQL tables: market events, adaptations, accuracy by context.",
    "journal": "Check, measure, copy and archive a journal.",
    "relay": "Carry a journal to a broker: NATS JetStream or Redis Streams.",
    "listen": "Print the facts that a broker carries, as JSON lines.",
    "data": "Are candles, forecasts or funding fit to be traded on?",
    "doctor": "Look at configuration, machine, journal and servers; say what to mend.",
    "init": "Write a commented configuration file; everything in it is the default.",
    "data": "Check files of candles, forecasts and funding; make them of other programs' files.",
    "lab": "Score the analyzers on markets of known truth; learn their figures again.",
    "bench": "Measure this machine: medians of several runs.",
}
"""Each is a module of `commands`, which is imported only when it is asked for: help comes at once."""


_STYLE: dict[str, Any] = {
    "add_completion": False,
    "no_args_is_help": True,
    "pretty_exceptions_enable": False,
    "rich_markup_mode": "markdown",
}


def _handed_on(context: typer.Context) -> None:
    """Loads the command, which reads the rest of the line itself."""
    name = str(context.info_name)
    command = typer.Typer(**_STYLE, name=name, help=COMMANDS[name])
    import_module(f"trimtab.app.commands.{name}").register(command)
    command(context.args, prog_name=context.command_path)


application = typer.Typer(
    **_STYLE,
    name="trimtab",
    help="The small rudder of a trading bot on Allora forecasts and Hyperliquid perpetuals.",
)
_REST = {"ignore_unknown_options": True, "allow_extra_args": True, "allow_interspersed_args": False}
for _name, _summary in COMMANDS.items():
    application.command(_name, help=_summary, add_help_option=False, context_settings=_REST)(
        _handed_on
    )


def run(arguments: Sequence[str]) -> int:
    """Exit code 0, 1 (the run failed) or 2 (the input must be mended)."""
    try:
        application(list(arguments), prog_name="trimtab")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except _mendable() as error:
        typer.echo(f"trimtab: {error}", err=True)
        return MISUSED
    return 0


def _mendable() -> tuple[type[Exception], ...]:
    """Asked for only when something went wrong: the ports know numpy, and help does not need it."""
    from trimtab.ports import AuditError, BrokerError, JournalError  # noqa: PLC0415

    return UserError, DataError, DashboardError, AuditError, BrokerError, JournalError
