"""An Allora on this machine for commands, which have an event loop of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from threading import Event, Thread
from typing import NamedTuple

from trimtab.adapters.stand_ins.allora.stand_in import AlloraStandIn
from trimtab.adapters.system_clock import SystemClock


class Running(NamedTuple):
    """A stand-in in a thread of its own."""

    stand_in: AlloraStandIn
    url: str


@contextmanager
def allora() -> Generator[Running]:
    """Listens on a free port, by the machine's clock."""
    ports: list[int] = []
    ready = Event()
    loop, stand_in = asyncio.new_event_loop(), AlloraStandIn(SystemClock())
    ended = asyncio.Event()
    thread = Thread(target=lambda: loop.run_until_complete(_serve(stand_in, ended, ports, ready)))
    thread.start()
    ready.wait()
    try:
        yield Running(stand_in, f"http://127.0.0.1:{ports[0]}")
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()
        loop.close()


async def _serve(
    stand_in: AlloraStandIn, ended: asyncio.Event, ports: list[int], ready: Event
) -> None:
    ports.append(await stand_in.start())
    ready.set()
    await ended.wait()
    await stand_in.stop()
