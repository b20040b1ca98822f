"""trimtab bench: the figures that the design is for, measured on this machine."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from shutil import which
from typing import Annotated

import typer
from msgspec import Struct

from trimtab.adapters.sqlite.schema import Synchronous
from trimtab.app import options
from trimtab.app.benches.backtest import BacktestFigures, measure_backtest
from trimtab.app.benches.journal import measure_journal
from trimtab.app.benches.kernels import measure_kernels
from trimtab.app.benches.latency import measure_latency
from trimtab.app.benches.rivals.comparing import PACKAGES, RivalFigures
from trimtab.app.benches.startup import measure_startup
from trimtab.app.benches.swaps import measure_swaps
from trimtab.app.errors import UserError
from trimtab.app.output import say, write_json


class Sync(StrEnum):
    """What a commit survives."""

    FULL = "full"
    NORMAL = "normal"


class Events(StrEnum):
    """What is sent."""

    FORECASTS = "forecasts"
    SPIKES = "spikes"


SYNCHRONOUS: dict[Sync, Synchronous] = {Sync.FULL: "FULL", Sync.NORMAL: "NORMAL"}

Rate = Annotated[int, typer.Option(min=1, metavar="<int>", help="Events a second.")]
Seconds = Annotated[
    float, typer.Option(min=1.0, metavar="<float>", help="How long, after 3 s of warm-up.")
]
Survives = Annotated[
    Sync, typer.Option(help="full: a commit survives a power cut; normal: only a killed process.")
]
Sent = Annotated[
    Events,
    typer.Option(
        help="forecasts: of 15 coins, each weighed; spikes: bars at which a coin begins to spike, "
        "each answered by the adaptation engine."
    ),
]
Rivals = Annotated[
    list[str] | None,
    typer.Option(
        metavar="<name=python>",
        help=f"The interpreter that holds a rival ({', '.join(PACKAGES)}); may be repeated.",
    ),
]
Swaps = Annotated[int, typer.Option(min=1, metavar="<int>", help="Coins that come and go.")]


def register(application: typer.Typer) -> None:
    application.command("backtest")(bench_backtest)
    application.command("journal")(bench_journal)
    application.command("kernels")(bench_kernels)
    application.command("latency")(bench_latency)
    application.command("startup")(bench_startup)
    application.command("swaps")(bench_swaps)


def bench_backtest(rival: Rivals = None, json: options.Json = None) -> None:
    """SMA 50/200 cross on 500,000 one-minute bars: the full order path, context on, two books.

    Beside it the same work by other back-testers, where they are installed (some minutes).

    Example: trimtab bench backtest --rival vectorbt=other/bin/python --json -
    """
    figures: BacktestFigures = measure_backtest(_pythons(rival or []))
    _tell(figures, "rivals")
    for name, one in figures.rivals.items():
        said = f"{name} {one.version}".strip()
        say(f"{said}: {one.difference or _ratio(one)}")
    write_json(figures, json)


def _pythons(given: list[str]) -> dict[str, str]:
    """Interpreters by rival. Raises UserError."""
    pythons = dict[str, str]()
    for text in given:
        name, equals, path = text.partition("=")
        if not equals or name not in PACKAGES:
            raise UserError(
                f"--rival {text}: write NAME=PATH with one of {', '.join(PACKAGES)} and its Python"
            )
        if which(path) is None:
            raise UserError(f"--rival {text}: {path} is no program that can be started")
        pythons[name] = str(Path(path).absolute())
    return pythons


def _ratio(one: RivalFigures) -> str:
    return f"{one.bars_per_cpu_s:,} bars per CPU-second, {one.trades} equal trades: {one.ratio} x"


def bench_kernels(json: options.Json = None) -> None:
    """All analyzers together on 15 coins, in chunks and bar by bar.

    Example: trimtab bench kernels --json -
    """
    _report(measure_kernels(), json)


def bench_latency(
    rate: Rate = 2_000,
    seconds: Seconds = 20.0,
    sync: Survives = Sync.FULL,
    events: Sent = Events.FORECASTS,
    json: options.Json = None,
) -> None:
    """From an event's intended arrival to its decision being on disk, through the live loop.

    Example: trimtab bench latency --rate 2000 --json -
    """
    _report(measure_latency(rate, SYNCHRONOUS[sync], seconds, events.value), json)


def bench_journal(json: options.Json = None) -> None:
    """Append, read, fold again, verify and restart, and the size of a year (five minutes).

    Example: trimtab bench journal --json -
    """
    _report(measure_journal(), json)


def bench_startup(json: options.Json = None) -> None:
    """From the command to the first painted page of the demo (needs a Chromium on this machine).

    Example: trimtab bench startup --json -
    """
    _report(measure_startup(), json)


def bench_swaps(swaps: Swaps = 1_000, json: options.Json = None) -> None:
    """Coins join a running bot and leave it: how long decisions about the others wait for that.

    Example: trimtab bench swaps --json -
    """
    _report(measure_swaps(swaps), json)


def _report(figures: Struct, json: Path | None) -> None:
    _tell(figures)
    write_json(figures, json)


def _tell(figures: Struct, *others: str) -> None:
    """All fields but those that are told in another way."""
    for name in figures.__struct_fields__:
        if name not in others:
            say(f"{name.replace('_', ' ')}: {getattr(figures, name)}")
