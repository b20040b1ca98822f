"""What goes wrong with keys."""

from __future__ import annotations


class KeyStoreError(RuntimeError):
    """A key cannot be made, read or used. The message is for the operator and holds no secret."""
