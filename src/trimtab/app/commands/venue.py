"""trimtab venue: stand-ins of Hyperliquid and Allora on this machine."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from msgspec import Struct

from trimtab.adapters.stand_ins.allora.stand_in import KEY, AlloraStandIn
from trimtab.adapters.stand_ins.foresight import foreseeing
from trimtab.adapters.stand_ins.hyperliquid.faults import Faults, drawn
from trimtab.adapters.stand_ins.hyperliquid.noise_market import NoiseMarket
from trimtab.adapters.stand_ins.hyperliquid.stand_in import HyperliquidStandIn
from trimtab.adapters.system_clock import SystemClock
from trimtab.app.errors import UserError
from trimtab.app.output import say

HyperliquidPort = Annotated[
    int, typer.Option("--hyperliquid-port", min=0, max=65535, help="0 takes any free port.")
]
AlloraPort = Annotated[
    int, typer.Option("--allora-port", min=0, max=65535, help="0 takes any free port.")
]
FaultsChosen = Annotated[
    str | None,
    typer.Option("--faults", help="What goes wrong at Hyperliquid's: a JSON file, or a seed."),
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Of the markets and forecasts.")]
Accounts = Annotated[
    list[str] | None,
    typer.Option("--account", help="ADDRESS or ADDRESS:AGENT: an account with 10,000 USDC."),
]


class Listening(Struct, frozen=True):
    """The one line that it prints."""

    hyperliquid_port: int
    allora_port: int
    allora_key: str


def register(application: typer.Typer) -> None:
    application.command("venue")(venue)


def venue(
    hyperliquid_port: HyperliquidPort = 0,
    allora_port: AlloraPort = 0,
    faults: FaultsChosen = None,
    seed: Seed = 0,
    account: Accounts = None,
) -> None:
    """Hyperliquid and Allora on this machine, to try things out: nothing of it is real.

    Example: trimtab venue --hyperliquid-port 3001 --allora-port 3002
    """
    clock = SystemClock()
    market = NoiseMarket(seed)
    hyperliquid = HyperliquidStandIn(clock, market)
    if faults is not None:
        hyperliquid.set_faults(_chosen(faults))
    for each in account or []:
        address, _, agent = each.partition(":")
        hyperliquid.account(address, agent=agent)
    allora = AlloraStandIn(clock, value=foreseeing(market))
    asyncio.run(_served(hyperliquid, allora, (hyperliquid_port, allora_port)))


async def _served(
    hyperliquid: HyperliquidStandIn, allora: AlloraStandIn, ports: tuple[int, int]
) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    try:
        first = await hyperliquid.start(ports[0])
        second = await allora.start(ports[1])
    except OSError as error:
        raise UserError(f"a port is taken ({error.strerror}): name others, or 0") from error
    typer.echo(msgspec.json.encode(Listening(first, second, KEY)).decode())
    say("stand-ins of Hyperliquid and Allora (Ctrl+C ends them)")
    await ended.wait()
    await hyperliquid.stop()
    await allora.stop()


def _chosen(faults: str) -> Faults:
    """Raises UserError."""
    if faults.isdecimal():
        return drawn(int(faults))
    try:
        return msgspec.json.decode(Path(faults).read_bytes(), type=Faults)
    except (OSError, msgspec.MsgspecError) as error:
        raise UserError(
            f"--faults {faults}: {error}: name a seed, or a JSON file as in docs/stand-ins.md"
        ) from error
