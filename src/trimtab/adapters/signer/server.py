"""The signer's process: opens the key, asks the venue what it must know itself, and signs.

It listens on a Unix socket in a folder that only its user may enter, and talks to processes of that
user alone. Whoever has taken over the engine gets signatures within the limits, and no key.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from msgspec import Struct

from trimtab.adapters.hyperliquid.http_transport import HttpTransport
from trimtab.adapters.hyperliquid.info_client import InfoClient
from trimtab.adapters.signer.agent_signing import AgentKey
from trimtab.adapters.signer.crypto_key_manager import CryptoKeyManager, refuse_master
from trimtab.adapters.signer.errors import KeyStoreError
from trimtab.adapters.signer.limits import Guard, Refusal, SignerLimits
from trimtab.adapters.signer.messages import Answer, Ask, Hello, Refused, Told, framed, received
from trimtab.adapters.signer.nonces import Nonces

_PEER = struct.Struct("3i")
_MINE = 0o700


class SignerSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What a signer is told at its start, and never again."""

    key: str
    """File."""
    socket: str
    """Where it listens; its folder is made, or must be its user's alone."""
    url: str
    """The venue's."""
    user: str
    """Address of the account that is traded."""
    mainnet: bool = False
    limits: SignerLimits = SignerLimits()


class SigningServer:
    """Answers one message after the other: nonces and limits have one owner."""

    def __init__(
        self, key: AgentKey, nonces: Nonces, guard: Guard, now: Callable[[], int], *, mainnet: bool
    ) -> None:
        self._key = key
        self._nonces = nonces
        self._guard = guard
        self._now = now
        self._hello = Hello(key.address, mainnet)

    @property
    def address(self) -> str:
        """Whose signatures these are."""
        return self._hello.address

    def answer(self, ask: Ask) -> Answer:
        """A signature, or why there is none."""
        refusal = self._guard.refusal(ask.action, ask.expires_after, self._now())
        if refusal is not None:
            return Refused(ask.number, refusal.code, refusal.reason)
        signed = self._key.signed(ask.action, self._nonces.draw(), ask.expires_after)
        return Told(ask.number, signed)

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """One client until it goes."""
        with contextlib.suppress(ConnectionError):
            if _is_mine(writer):
                writer.write(framed(self._hello))
                while (text := await received(reader)) is not None:
                    writer.write(framed(self._answered(text)))
                    await writer.drain()
        writer.close()

    def _answered(self, text: bytes) -> Answer:
        try:
            return self.answer(msgspec.json.decode(text, type=Ask))
        except msgspec.MsgspecError as error:
            refusal = Refusal("not_understood", str(error))
            return Refused(-1, refusal.code, refusal.reason)


@asynccontextmanager
async def listening(
    settings: SignerSettings, passphrase: str, now: Callable[[], int]
) -> AsyncGenerator[SigningServer]:
    """A signer that is ready. `now`: milliseconds (UTC). Raises KeyStoreError and VenueError."""
    manager = CryptoKeyManager(Path(settings.key))
    place = Path(settings.socket)
    _check_folder(place.parent)
    nonces = Nonces(Path(f"{settings.key}.nonce"), now)
    try:
        key = AgentKey(manager.secret(passphrase), mainnet=settings.mainnet)
        assets = await _known_to_venue(settings, key.address)
        server = SigningServer(
            key, nonces, Guard(settings.limits, assets), now, mainnet=settings.mainnet
        )
        _remove(place)
        listener = await asyncio.start_unix_server(server.serve, place)
        _close_to_others(place)
        async with listener:
            yield server
    finally:
        nonces.close()
        _remove(place)


async def _known_to_venue(settings: SignerSettings, address: str) -> dict[int, str]:
    """The venue's numbers of coins; that the key is no master's is asked on the way."""
    transport = HttpTransport(settings.url)
    info = InfoClient(transport)
    try:
        refuse_master(address, settings.user, await info.role(address))
        meta = await info.meta()
    finally:
        await transport.close()
    names = [asset.name for asset in meta.universe]
    if strangers := [one for one in settings.limits.symbols if one not in names]:
        raise KeyStoreError(
            f"limits.symbols: the venue has no {strangers[0]}: correct or remove it"
        )
    return dict(enumerate(names))


def _check_folder(folder: Path) -> None:
    folder.mkdir(mode=_MINE, parents=True, exist_ok=True)
    state = folder.stat()
    if state.st_uid != os.getuid() or state.st_mode & 0o077:
        raise KeyStoreError(
            f"{folder}: others may enter it: run `chmod 700 {folder}`, or name another socket"
        )


def _remove(place: Path) -> None:
    place.unlink(missing_ok=True)


def _close_to_others(place: Path) -> None:
    place.chmod(0o600)


def _is_mine(writer: StreamWriter) -> bool:
    """Whether the other side runs as the same user, by the kernel's word."""
    own: socket.socket = writer.get_extra_info("socket")
    raw = own.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
    return bool(_PEER.unpack(raw)[1] == os.getuid())


async def serve_until(
    settings: SignerSettings,
    passphrase: str,
    now: Callable[[], int],
    ended: asyncio.Event,
    ready: Callable[[str], None],
) -> None:
    """Until `ended`; `ready` is told the key's address. Raises KeyStoreError and VenueError."""
    try:
        async with listening(settings, passphrase, now) as server:
            ready(server.address)
            await ended.wait()
    except OSError as error:
        raise KeyStoreError(f"{settings.socket}: cannot listen: {error.strerror}") from error
