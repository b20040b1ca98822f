"""What the engine asks of the signer, and what it answers: JSON behind four bytes of length."""

from __future__ import annotations

from asyncio import IncompleteReadError, StreamReader

import msgspec
from msgspec import Struct

from trimtab.adapters.hyperliquid.signing import Signed
from trimtab.adapters.hyperliquid.wire_actions import Action

LONGEST = 65_536
"""Bytes of a message."""


class Ask(Struct, frozen=True, tag="sign", forbid_unknown_fields=True):
    number: int
    action: Action
    expires_after: int | None


class Told(Struct, frozen=True, tag="signed"):
    number: int
    signed: Signed


class Refused(Struct, frozen=True, tag="refused"):
    number: int
    code: str
    reason: str


class Hello(Struct, frozen=True, tag="hello"):
    """The first thing that a signer says."""

    address: str
    mainnet: bool


Answer = Told | Refused | Hello


def framed(message: Struct) -> bytes:
    """As it is sent."""
    text = msgspec.json.encode(message)
    return len(text).to_bytes(4, "big") + text


async def received(reader: StreamReader) -> bytes | None:
    """The next message; None where the other side has gone, or says too much."""
    try:
        length = int.from_bytes(await reader.readexactly(4), "big")
        return await reader.readexactly(length) if length <= LONGEST else None
    except (IncompleteReadError, ConnectionError):
        return None
