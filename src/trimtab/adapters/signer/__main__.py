"""The signer's process: `python -m trimtab.adapters.signer`, told all it needs over standard input.

One line of JSON: the settings and the passphrase, which so stands in no argument list and in no
environment. Ready, it prints the key's address; it ends with its parent, or on a signal.
"""

from __future__ import annotations

import asyncio
import signal
import sys

import msgspec
from msgspec import Struct

from trimtab.adapters.hyperliquid.venue_errors import VenueError
from trimtab.adapters.signer.errors import KeyStoreError
from trimtab.adapters.signer.server import SignerSettings, serve_until
from trimtab.adapters.system_clock import SystemClock


class Start(Struct, frozen=True):
    """The line that it is told."""

    settings: SignerSettings
    passphrase: str


def main() -> int:
    """0, or 2 with one line of what has to be mended."""
    try:
        start = msgspec.json.decode(sys.stdin.buffer.readline(), type=Start)
        asyncio.run(_served(start))
    except (KeyStoreError, VenueError, msgspec.MsgspecError) as error:
        print(f"signer: {error}", file=sys.stderr)  # noqa: T201 - what a process says
        return 2
    return 0


async def _served(start: Start) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    loop.add_reader(sys.stdin.fileno(), ended.set)  # closed by a parent that has gone
    clock = SystemClock()
    await serve_until(
        start.settings, start.passphrase, lambda: clock.now() // 1000, ended, _tell_ready
    )


def _tell_ready(address: str) -> None:
    sys.stdout.write(f"{address}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
