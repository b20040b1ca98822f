"""trimtab bench: the figures that the design is for, measured on this machine."""

from __future__ import annotations

import typer
from msgspec import Struct

from trimtab.app import options
from trimtab.app.benches.backtest import BacktestFigures, measure_backtest
from trimtab.app.benches.kernels import KernelFigures, measure_kernels
from trimtab.app.benches.startup import StartupFigures, measure_startup
from trimtab.app.output import say, write_json


def register(application: typer.Typer) -> None:
    application.command("backtest")(bench_backtest)
    application.command("kernels")(bench_kernels)
    application.command("startup")(bench_startup)


def bench_backtest(json: options.Json = None) -> None:
    """SMA 50/200 cross on 500,000 one-minute bars: the full order path, context on, two books.

    Example: trimtab bench backtest --json -
    """
    figures: BacktestFigures = measure_backtest()
    _tell(figures)
    write_json(figures, json)


def bench_kernels(json: options.Json = None) -> None:
    """All analyzers together on 15 coins, in chunks and bar by bar.

    Example: trimtab bench kernels --json -
    """
    figures: KernelFigures = measure_kernels()
    _tell(figures)
    write_json(figures, json)


def bench_startup(json: options.Json = None) -> None:
    """From the command to the first painted page of the demo (needs a Chromium on this machine).

    Example: trimtab bench startup --json -
    """
    figures: StartupFigures = measure_startup()
    _tell(figures)
    write_json(figures, json)


def _tell(figures: Struct) -> None:
    for name in figures.__struct_fields__:
        say(f"{name.replace('_', ' ')}: {getattr(figures, name)}")
