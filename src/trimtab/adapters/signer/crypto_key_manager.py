"""Agent keys: made here or brought along, locked away, and never a master's."""

from __future__ import annotations

import os
from pathlib import Path

from eth_account import Account
from msgspec import Struct

from trimtab.adapters.signer.errors import KeyStoreError
from trimtab.adapters.signer.keystore import Argon2, lock, read, unlock

_SECRET = 32


class CryptoKeyManager(Struct, frozen=True):
    """The key of one file. What it signs for is the venue's to say: see `refuse_master`."""

    path: Path
    cost: Argon2 = Argon2()

    def create(self, passphrase: str) -> str:
        """A new key; its address, which its owner has to approve. Raises KeyStoreError."""
        return self.take(os.urandom(_SECRET), passphrase)

    def bring(self, text: str, passphrase: str) -> str:
        """A key that exists, as 64 hexadecimal digits; its address. Raises KeyStoreError."""
        digits = text.strip().removeprefix("0x")
        try:
            secret = bytes.fromhex(digits)
        except ValueError:
            secret = b""
        if len(secret) != _SECRET:
            raise KeyStoreError(
                "the key has to be 64 hexadecimal digits: copy it again from where it was made"
            )
        return self.take(secret, passphrase)

    def take(self, secret: bytes, passphrase: str) -> str:
        """Locks it away; its address. Raises KeyStoreError."""
        address = address_of(secret)
        lock(self.path, secret, address, passphrase, self.cost)
        return address

    @property
    def address(self) -> str:
        """Whose signatures these are; no passphrase is needed. Raises KeyStoreError."""
        return read(self.path).address

    def secret(self, passphrase: str) -> bytes:
        """For the signer's own process alone. Raises KeyStoreError."""
        return unlock(self.path, passphrase)


def address_of(secret: bytes) -> str:
    """Lower case. Raises KeyStoreError where the number is no key of the curve."""
    try:
        return str(Account.from_key(secret).address).lower()
    except Exception as error:
        raise KeyStoreError("this number is no key: make one with `trimtab keys create`") from error


def refuse_master(address: str, user: str, role: str) -> None:
    """A key that can withdraw does not belong on a server. Raises KeyStoreError.

    `role`: what the venue's `userRole` says of the key's address.
    """
    if address.lower() == user.lower():
        raise KeyStoreError(
            f"{address}: this is the account's own key, which can withdraw: make an agent key with "
            "`trimtab keys create`, and approve it in your wallet"
        )
    if role in {"user", "subAccount", "vault"}:
        raise KeyStoreError(
            f"{address}: the venue knows it as {role}, not as an agent: a key that can withdraw is "
            "not taken; make an agent key with `trimtab keys create`"
        )
