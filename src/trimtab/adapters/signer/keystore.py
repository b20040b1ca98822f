"""A key at rest: AES-GCM, under a key that argon2id derives from a passphrase.

RFC 9106 (argon2id) with 64 MiB and 3 passes, its second recommended choice.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from trimtab.adapters.signer.errors import KeyStoreError

PASSPHRASE = "TRIMTAB_SIGNER_PASSPHRASE"  # noqa: S105 - the name of an environment variable

_VERSION = 1
_OTHERS = 0o077
_SALT, _NONCE = 16, 12


class KeyFile(Struct, frozen=True):
    """What stands in the file. The address is public."""

    version: int
    address: str
    salt: bytes
    memory_kib: int
    passes: int
    lanes: int
    nonce: bytes
    locked: bytes

    def associated(self) -> bytes:
        """What is authenticated beside the key."""
        return f"trimtab agent key {self.version} {self.address}".encode()


class Argon2(Struct, frozen=True):
    """What deriving a key from a passphrase costs."""

    memory_kib: int = 65_536
    passes: int = 3
    lanes: int = 4


def lock(path: Path, secret: bytes, address: str, passphrase: str, cost: Argon2) -> None:
    """Writes a new file, for its owner's eyes only. Raises KeyStoreError, also where a file is."""
    if not passphrase:
        raise KeyStoreError(
            f"{path}: a key without a passphrase is not kept: put one into {PASSPHRASE}"
        )
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    empty = KeyFile(_VERSION, address, salt, cost.memory_kib, cost.passes, cost.lanes, nonce, b"")
    locked = AESGCM(_derived(empty, passphrase)).encrypt(nonce, secret, empty.associated())
    _write(path, msgspec.json.encode(msgspec.structs.replace(empty, locked=locked)))


def unlock(path: Path, passphrase: str) -> bytes:
    """The key. Raises KeyStoreError: no such file, readable by others, damaged, another passphrase."""
    kept = read(path)
    try:
        return AESGCM(_derived(kept, passphrase)).decrypt(
            kept.nonce, kept.locked, kept.associated()
        )
    except InvalidTag:
        raise KeyStoreError(
            f"{path}: {PASSPHRASE} is not its passphrase, or the file was changed: check both"
        ) from None


def read(path: Path) -> KeyFile:
    """What anybody may know of the file. Raises KeyStoreError."""
    try:
        if path.stat().st_mode & _OTHERS:
            raise KeyStoreError(f"{path}: others may read this key: run `chmod 600 {path}`")
        kept = msgspec.json.decode(path.read_bytes(), type=KeyFile)
    except FileNotFoundError:
        raise KeyStoreError(
            f"{path}: no such key: `trimtab keys create {path}` makes one"
        ) from None
    except OSError as error:
        raise KeyStoreError(f"{path}: cannot be read: {error.strerror}: check its owner") from error
    except msgspec.MsgspecError:
        raise KeyStoreError(f"{path}: not a key of this program: name another file") from None
    if kept.version != _VERSION:
        raise KeyStoreError(f"{path}: version {kept.version} is not known: update trimtab")
    return kept


def _derived(kept: KeyFile, passphrase: str) -> bytes:
    return hash_secret_raw(
        passphrase.encode(), kept.salt, time_cost=kept.passes, memory_cost=kept.memory_kib,
        parallelism=kept.lanes, hash_len=32, type=Type.ID,
    )  # fmt: skip


def _write(path: Path, content: bytes) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
    except FileExistsError:
        raise KeyStoreError(f"{path}: exists already and is kept: name another file") from None
    except OSError as error:
        raise KeyStoreError(
            f"{path}: cannot be written: {error.strerror}: name another file"
        ) from error
