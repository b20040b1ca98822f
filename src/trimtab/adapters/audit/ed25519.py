"""Signatures of checkpoints: Ed25519 (RFC 8032)."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec.structs import replace

from trimtab.records.checkpoint import Checkpoint, signed_bytes

PREFIX = "ed25519:"


class Ed25519Signer:
    """Keeps ports.CheckpointSigner."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.key = public_text(private)
        """The public key, as checkpoints name it."""

    def signed(self, checkpoint: Checkpoint) -> Checkpoint:
        """The checkpoint with its signature. Raises ValueError where it names another key."""
        if checkpoint.key != self.key:
            raise ValueError(f"a checkpoint that names {checkpoint.key}, not {self.key}")
        signature = self._private.sign(signed_bytes(checkpoint))
        return replace(checkpoint, signature=b64encode(signature).decode())


def public_text(private: Ed25519PrivateKey) -> str:
    """``ed25519:`` and the 32 bytes of the public key in base64."""
    return PREFIX + b64encode(private.public_key().public_bytes_raw()).decode()


def is_public_key(text: str) -> bool:
    """Whether a text names a public key as checkpoints do."""
    return _public(text) is not None


def is_signed(checkpoint: Checkpoint) -> bool:
    """Whether the key that the checkpoint names has signed it."""
    public = _public(checkpoint.key)
    if public is None:
        return False
    try:
        public.verify(b64decode(checkpoint.signature, validate=True), signed_bytes(checkpoint))
    except (InvalidSignature, NotBase64):
        return False
    return True


def _public(text: str) -> Ed25519PublicKey | None:
    try:
        raw = b64decode(text.removeprefix(PREFIX), validate=True)
        return Ed25519PublicKey.from_public_bytes(raw) if text.startswith(PREFIX) else None
    except (NotBase64, ValueError):
        return None
