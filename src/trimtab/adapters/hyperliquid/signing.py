"""Whoever holds the key: signs what it allows, and draws the nonces."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from trimtab.adapters.hyperliquid.wire_actions import Action


class SignerRefusedError(RuntimeError):
    """The signer does not sign this, or cannot be reached: nothing was sent. Told to the operator."""


class Signature(Struct, frozen=True):
    """As the venue reads it."""

    r: str
    s: str
    v: int


class Signed(Struct, frozen=True):
    """What goes with an action."""

    nonce: int
    """Milliseconds (UTC), larger than all before it of the same key."""
    signature: Signature


class Signer(Protocol):
    """May be another process."""

    async def sign(self, action: Action, expires_after: int | None) -> Signed:
        """For an action that the venue refuses after that moment (ms, UTC). Raises SignerRefusedError."""
        ...
