"""A way through the network that can be cut: what is sent meets silence, not an error."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from threading import Event, Thread


class Proxy:
    """Passes bytes on to a port of 127.0.0.1, both ways, until `cut`."""

    def __init__(self, port: int) -> None:
        self.port = 0
        """Where it listens."""
        self._target = port
        self._open = self._answers = True
        self._loop = asyncio.new_event_loop()
        self._ended = asyncio.Event()

    def cut(self) -> None:
        """From now on nothing gets through; both ends believe in their connection."""
        self._open = self._answers = False

    def cut_answers(self) -> None:
        """From now on what is sent arrives, and nothing comes back."""
        self._answers = False

    @contextmanager
    def running(self) -> Generator[Proxy]:
        """In a thread of its own."""
        ready = Event()
        thread = Thread(target=self._run, args=(ready,), daemon=True)
        thread.start()
        ready.wait()
        try:
            yield self
        finally:
            self._loop.call_soon_threadsafe(self._ended.set)
            thread.join()

    def _run(self, ready: Event) -> None:
        self._loop.run_until_complete(self._listen(ready))
        self._loop.close()

    async def _listen(self, ready: Event) -> None:
        async with await asyncio.start_server(self._serve, "127.0.0.1", 0) as server:
            self.port = server.sockets[0].getsockname()[1]
            ready.set()
            await self._ended.wait()
            rest = asyncio.all_tasks() - {asyncio.current_task()}
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._target)
        await asyncio.gather(
            self._pass_on(reader, back, lambda: self._open),
            self._pass_on(there, writer, lambda: self._answers),
        )

    async def _pass_on(
        self, reader: StreamReader, writer: StreamWriter, is_open: Callable[[], bool]
    ) -> None:
        while data := await reader.read(65_536):
            if is_open():
                writer.write(data)
        if is_open():
            writer.close()
