"""All commands, and how their errors are told."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from trimtab.adapters.parquet.errors import DataError
from trimtab.adapters.sqlite.errors import JournalError
from trimtab.app.commands import accuracy, backtest, bench, compare, context, demo, init, replay
from trimtab.app.errors import UserError
from trimtab.dashboard.server import DashboardError

MISUSED = 2

application = typer.Typer(
    name="trimtab",
    help="The small rudder of a trading bot on Allora forecasts and Hyperliquid perpetuals.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
for register in (demo, backtest, compare, context, accuracy, replay, init, bench):
    register.register(application)


def run(arguments: Sequence[str]) -> int:
    """Exit code 0, 1 (the run failed) or 2 (the input must be mended)."""
    try:
        application(list(arguments))
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except (UserError, DataError, JournalError, DashboardError) as error:
        typer.echo(f"trimtab: {error}", err=True)
        return MISUSED
    return 0
