"""A coroutine in a thread with an event loop of its own: nobody else can make it wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from threading import Event, Thread
from typing import Any, Self

_AGAIN = 0.2
"""Seconds after which it is cancelled once more: libraries may take a cancelling for an error."""


class LoopThread:
    """Runs `main` until it ends or is stopped; stopping is cancelling."""

    def __init__(self, name: str, main: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._main = main
        self._begun = Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._thread = Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Returns when it runs."""
        self._thread.start()
        self._begun.wait()

    def stop(self) -> None:
        """Returns when it has ended. Once is enough."""
        while self._thread.is_alive():
            if self._loop is not None and self._task is not None:
                with suppress(RuntimeError):  # it has just ended by itself
                    self._loop.call_soon_threadsafe(self._task.cancel)
            self._thread.join(_AGAIN)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self) -> None:
        with suppress(asyncio.CancelledError):
            asyncio.run(self._noted())

    async def _noted(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._begun.set()
        await self._main()
