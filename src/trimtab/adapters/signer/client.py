"""The engine's side: asks for signatures over the socket, many at once, and survives a new signer."""

from __future__ import annotations

import asyncio
import contextlib
from asyncio import Future, StreamReader, StreamWriter

import msgspec

from trimtab.adapters.hyperliquid.signing import Signed, SignerRefusedError
from trimtab.adapters.hyperliquid.wire_actions import Action
from trimtab.adapters.signer.messages import Answer, Ask, Hello, Refused, Told, framed, received

WITHIN = 5.0
"""Seconds for a signature."""


class SignerClient:
    """Keeps `hyperliquid.signing.Signer`. Belongs to one event loop; connects when it is asked."""

    def __init__(self, socket: str) -> None:
        self._socket = socket
        self._connecting = asyncio.Lock()
        self._writer: StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._open: dict[int, Future[Signed]] = {}
        self._number = 0
        self.address = ""
        """Of the key, once connected."""

    async def sign(self, action: Action, expires_after: int | None) -> Signed:
        """Raises SignerRefusedError: it does not sign this, or there is no signer."""
        writer = await self._connected()
        self._number += 1
        number = self._number
        answer: Future[Signed] = asyncio.get_running_loop().create_future()
        self._open[number] = answer
        try:
            writer.write(framed(Ask(number, action, expires_after)))
            async with asyncio.timeout(WITHIN):
                await writer.drain()
                return await answer
        except (TimeoutError, OSError) as error:
            raise self._away("does not answer") from error
        finally:
            self._open.pop(number, None)

    async def connect(self) -> str:
        """The address of the signer's key. Raises SignerRefusedError."""
        await self._connected()
        return self.address

    async def close(self) -> None:
        """Lets go of the connection; the signer goes on."""
        if self._reading is not None:
            self._reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reading
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    async def _connected(self) -> StreamWriter:
        async with self._connecting:
            if self._writer is not None and not self._writer.is_closing():
                return self._writer
            try:
                async with asyncio.timeout(WITHIN):
                    reader, writer = await asyncio.open_unix_connection(self._socket)
                    text = await received(reader)
            except (TimeoutError, OSError) as error:
                raise self._away("is not there") from error
            if text is None:
                raise self._away("hung up")
            self.address = msgspec.json.decode(text, type=Hello).address
            self._writer = writer
            self._reading = asyncio.create_task(self._read(reader, writer))
            return writer

    async def _read(self, reader: StreamReader, writer: StreamWriter) -> None:
        while (text := await received(reader)) is not None:
            self._hand_out(msgspec.json.decode(text, type=Answer))
        writer.close()
        for waiting in self._open.values():
            if not waiting.done():
                waiting.set_exception(self._away("hung up"))

    def _hand_out(self, answer: Answer) -> None:
        match answer:
            case Told():
                waiting = self._open.get(answer.number)
                if waiting is not None and not waiting.done():
                    waiting.set_result(answer.signed)
            case Refused():
                waiting = self._open.get(answer.number)
                if waiting is not None and not waiting.done():
                    because = f"the signer refused ({answer.code}): {answer.reason}"
                    waiting.set_exception(SignerRefusedError(because))
            case Hello():
                self.address = answer.address

    def _away(self, how: str) -> SignerRefusedError:
        return SignerRefusedError(
            f"the signer {how} ({self._socket}): start it with `trimtab keys serve`"
        )
