"""trimtab run: the bot on real markets."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct
from msgspec.structs import replace

from trimtab.adapters.signer.keystore import PASSPHRASE
from trimtab.app import options
from trimtab.app.brokers import check_place
from trimtab.app.errors import UserError
from trimtab.app.live.living import Life, lived
from trimtab.app.live.signing import signer_settings
from trimtab.app.logs import log_to_standard_error
from trimtab.app.output import say, write_json
from trimtab.app.settings import Settings
from trimtab.app.settings_file import read_settings

For = Annotated[float | None, typer.Option("--for", min=1.0, help="End after so many seconds.")]
Headless = Annotated[bool, typer.Option("--headless", help="No dashboard.")]
Port = Annotated[int | None, typer.Option("--port", min=0, max=65535, help="Else the file's.")]
Confirm = Annotated[
    str, typer.Option("--confirm", help="The account's address once more, where mode is live.")
]

HERE = Path("trimtab.toml")


class RunResult(Struct, frozen=True):
    """What `--json` gives."""

    adaptations: int
    market_events: dict[str, int]
    trades: int
    errors: list[str]


def register(application: typer.Typer) -> None:
    application.command("run")(run)


def run(
    config: options.Config = None,
    journal: options.Journal = None,
    port: Port = None,
    seconds: For = None,
    headless: Headless = False,
    confirm: Confirm = "",
    json: options.Json = None,
) -> None:
    """The bot on real markets: on paper unless the file says testnet or live.

    Example: trimtab run --config trimtab.toml
    """
    written = read_settings(config or (HERE if HERE.exists() else None))
    settings = replace(
        written,
        port=written.port if port is None else port,
        journal=str(journal or written.journal),
    )
    check_place(settings.broker)
    passphrase = _trades_for_real(settings, confirm)
    log_to_standard_error()
    summary, errors = lived(Life(settings, passphrase, seconds, headless))
    events = dict(sorted(summary.market_events.items()))
    say(
        f"{summary.adaptations} adaptations, {sum(events.values())} market events, "
        f"{summary.trades} trades, {len(errors)} errors"
    )
    write_json(RunResult(summary.adaptations, events, summary.trades, errors), json)


def _trades_for_real(settings: Settings, confirm: str) -> str:
    """The key's passphrase; empty on paper. Raises UserError."""
    if settings.mode == "paper":
        return ""
    signer_settings(settings)
    if settings.mode == "live":
        _confirmed(settings.hyperliquid.account, confirm)
    if settings.signer.socket:
        return ""
    given = os.environ.get(PASSPHRASE, "")
    if not given and sys.stdin.isatty():
        given = getpass.getpass("Passphrase of the agent's key: ")
    return given


def _confirmed(account: str, confirm: str) -> None:
    """Real money moves only where a person has said so. Raises UserError."""
    typed = confirm
    if not typed and sys.stdin.isatty():
        typed = typer.prompt(f"LIVE trades {account} with real money. Type the address")
    if typed.lower() != account.lower():
        raise UserError(
            f"mode is live, and {account} was not confirmed: type it when asked, or give --confirm"
        )
