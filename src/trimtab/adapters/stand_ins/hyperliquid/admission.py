"""Who may act: signatures, agents, nonces and expiry, as the venue checks them before all else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hyperliquid.utils.signing import (
    recover_agent_or_user_from_l1_action,
    recover_user_from_user_signed_action,
)

from trimtab.adapters.stand_ins.hyperliquid.account import Account

DAY = 86_400_000
KEPT = 100
"""Nonces of a signer, the highest."""

_AGENT_TYPES = [
    {"name": "hyperliquidChain", "type": "string"},
    {"name": "agentAddress", "type": "address"},
    {"name": "agentName", "type": "string"},
    {"name": "nonce", "type": "uint64"},
]


class Inadmissible(Exception):  # noqa: N818 - as the venue answers, not a fault of ours
    """The venue's text for the whole action."""


class Nonces:
    """By signer: the highest are kept, older ones are too low."""

    def __init__(self) -> None:
        self._seen: dict[str, list[int]] = {}

    def take(self, signer: str, nonce: int, now: int) -> None:
        """Raises Inadmissible."""
        seen = self._seen.setdefault(signer, [])
        if not now - 2 * DAY < nonce < now + DAY:
            raise Inadmissible(f"Invalid nonce: nonce {nonce} is too far from {now}")
        if nonce in seen:
            raise Inadmissible(f"Invalid nonce: duplicate nonce {nonce}")
        if len(seen) >= KEPT and nonce < seen[0]:
            raise Inadmissible(f"Invalid nonce: nonce too low {nonce} < {seen[0]}")
        seen.append(nonce)
        seen.sort()
        del seen[:-KEPT]


class Admission:
    """Finds the account that an envelope speaks for."""

    def __init__(self, accounts: Mapping[str, Account]) -> None:
        self._accounts = accounts
        self._nonces = Nonces()
        self.used: dict[str, list[int]] = {}
        """Nonces by signer, in the order in which they came."""

    def account(self, envelope: dict[str, Any], now: int, *, forgives: bool = False) -> Account:
        """Raises Inadmissible with the venue's text. `forgives`: what has expired is let through."""
        action, nonce = envelope["action"], int(envelope["nonce"])
        signer = self._signer(envelope, action, nonce)
        account = self._of(signer)
        if account is None or (_is_users_own(action) and account.address != signer):
            raise Inadmissible(f"User or API Wallet {signer} does not exist.")
        self._nonces.take(signer, nonce, now)
        self.used.setdefault(signer, []).append(nonce)
        expires = envelope.get("expiresAfter")
        if expires is not None and expires < now and not forgives:
            account.requests += 5
            raise Inadmissible(f"Action expired: {expires} < {now}")
        return account

    def _signer(self, envelope: dict[str, Any], action: dict[str, Any], nonce: int) -> str:
        signature = envelope["signature"]
        if _is_users_own(action):
            found = recover_user_from_user_signed_action(
                action, signature, _AGENT_TYPES, "HyperliquidTransaction:ApproveAgent",
                is_mainnet=False,
            )  # fmt: skip
        else:
            found = recover_agent_or_user_from_l1_action(
                action, signature, envelope.get("vaultAddress"), nonce,
                envelope.get("expiresAfter"), is_mainnet=False,
            )  # fmt: skip
        return found.lower()

    def _of(self, signer: str) -> Account | None:
        own = self._accounts.get(signer)
        if own is not None:
            return own
        return next((one for one in self._accounts.values() if signer in one.agents), None)


def _is_users_own(action: dict[str, Any]) -> bool:
    return str(action["type"]) == "approveAgent"
