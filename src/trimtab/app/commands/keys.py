"""trimtab keys: the agent key that signs orders, and the process that alone holds it."""

from __future__ import annotations

import asyncio
import getpass
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from trimtab.adapters.hyperliquid.venue_errors import VenueError
from trimtab.adapters.signer.crypto_key_manager import CryptoKeyManager
from trimtab.adapters.signer.errors import KeyStoreError
from trimtab.adapters.signer.keystore import PASSPHRASE
from trimtab.adapters.signer.server import SignerSettings, serve_until
from trimtab.adapters.system_clock import SystemClock
from trimtab.app import options
from trimtab.app.errors import UserError
from trimtab.app.live.signing import signer_settings
from trimtab.app.output import say
from trimtab.app.settings_file import read_settings

T = TypeVar("T")

File = Annotated[Path, typer.Argument(help="The file of the key.")]


def register(application: typer.Typer) -> None:
    application.command("create")(create)
    application.command("import")(bring)
    application.command("show")(show)
    application.command("serve")(serve)


def create(file: File) -> None:
    """Make an agent key, locked with a passphrase; the address is what you approve in your wallet.

    Example: trimtab keys create agent.key
    """
    address = _managed(lambda: CryptoKeyManager(file).create(_passphrase(twice=True)))
    say(f"{address}: approve it as an agent (API wallet) in your own wallet; it cannot withdraw")


def bring(file: File) -> None:
    """Lock an agent key away that exists already; it is asked for, or read from standard input.

    Example: trimtab keys import agent.key
    """
    text = getpass.getpass("Private key of the agent: ") if _asks() else sys.stdin.readline()
    address = _managed(lambda: CryptoKeyManager(file).bring(text, _passphrase(twice=True)))
    say(f"{address}: locked away in {file}")


def show(file: File) -> None:
    """The address of a key; no passphrase is needed.

    Example: trimtab keys show agent.key
    """
    typer.echo(_managed(lambda: CryptoKeyManager(file).address))


def serve(config: options.Config = None) -> None:
    """The signer as a process of its own: signs orders within its limits, until it is ended.

    Example: trimtab keys serve --config trimtab.toml
    """
    if config is None:
        raise UserError(
            "--config: the signer needs [hyperliquid] and [signer]: name your trimtab.toml"
        )
    settings = signer_settings(read_settings(config))
    passphrase = _passphrase(twice=False)
    _managed(lambda: asyncio.run(_served(settings, passphrase)))


async def _served(settings: SignerSettings, passphrase: str) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    clock = SystemClock()

    def ready(address: str) -> None:
        say(f"signs for {settings.user} with {address} at {settings.socket} (Ctrl+C ends it)")

    await serve_until(settings, passphrase, lambda: clock.now() // 1000, ended, ready)


def _managed(work: Callable[[], T]) -> T:
    try:
        return work()
    except (KeyStoreError, VenueError) as error:
        raise UserError(str(error)) from error


def _passphrase(*, twice: bool) -> str:
    """From the environment, or asked for where somebody can answer."""
    given = os.environ.get(PASSPHRASE, "")
    if given or not _asks():
        return given
    first = getpass.getpass("Passphrase of the key: ")
    if twice and first != getpass.getpass("Once more: "):
        raise UserError("the passphrases differ: try again")
    return first


def _asks() -> bool:
    return sys.stdin.isatty()
