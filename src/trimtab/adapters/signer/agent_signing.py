"""Signatures as the venue checks them: the official SDK's functions, over coincurve."""

from __future__ import annotations

import msgspec
from eth_account import Account
from hyperliquid.utils.signing import sign_l1_action

from trimtab.adapters.hyperliquid.signing import Signature, Signed
from trimtab.adapters.hyperliquid.wire_actions import Action


class AgentKey:
    """Holds the key; its repr says nothing of it."""

    def __init__(self, secret: bytes, *, mainnet: bool) -> None:
        self._wallet = Account.from_key(secret)
        self._mainnet = mainnet

    @property
    def address(self) -> str:
        """Lower case."""
        return str(self._wallet.address).lower()

    def signed(self, action: Action, nonce: int, expires_after: int | None) -> Signed:
        """The order of the action's fields is part of what is signed."""
        wire = msgspec.to_builtins(action)
        parts = sign_l1_action(self._wallet, wire, None, nonce, expires_after, self._mainnet)
        return Signed(nonce, Signature(parts["r"], parts["s"], parts["v"]))
