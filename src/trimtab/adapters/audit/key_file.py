"""The file that holds the private key: PEM (PKCS 8), for its owner's eyes only."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from trimtab.adapters.audit.ed25519 import Ed25519Signer, public_text
from trimtab.ports import AuditError

PASSPHRASE = "TRIMTAB_AUDIT_PASSPHRASE"  # noqa: S105 - the name of an environment variable

_OTHERS = 0o077


def make_key(path: Path, passphrase: str) -> str:
    """Writes a new private key and gives the public one. Raises AuditError, also where a file is.

    `passphrase`: encrypts the file; none where it is empty.
    """
    private = Ed25519PrivateKey.generate()
    lock = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(descriptor)
    except FileExistsError:
        raise AuditError(f"{path}: exists already and is kept: name another file") from None
    except OSError as error:
        raise AuditError(
            f"{path}: cannot be written: {error.strerror}: name another file"
        ) from error
    return public_text(private)


def signer(path: Path, passphrase: str) -> Ed25519Signer:
    """The key of a file. Raises AuditError: no such file, readable by others, no key, locked."""
    try:
        if path.stat().st_mode & _OTHERS:
            raise AuditError(f"{path}: others may read this private key: run `chmod 600 {path}`")
        private = load_pem_private_key(
            path.read_bytes(), passphrase.encode() if passphrase else None
        )
    except FileNotFoundError:
        raise AuditError(f"{path}: no such key: `trimtab audit key {path}` makes one") from None
    except OSError as error:
        raise AuditError(f"{path}: cannot be read: {error.strerror}: check its owner") from error
    except TypeError:
        raise AuditError(_locked(path, passphrase)) from None
    except (ValueError, UnsupportedAlgorithm):
        raise AuditError(
            f"{path}: not a private key in PEM form, or {PASSPHRASE} is not its passphrase: "
            "check both"
        ) from None
    if not isinstance(private, Ed25519PrivateKey):
        raise AuditError(f"{path}: not an Ed25519 key: make one with `trimtab audit key FILE`")
    return Ed25519Signer(private)


def _locked(path: Path, passphrase: str) -> str:
    if passphrase:
        return f"{path}: has no passphrase: unset {PASSPHRASE}"
    return f"{path}: is locked: put its passphrase into the environment variable {PASSPHRASE}"
