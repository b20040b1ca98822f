"""What an anchor that cannot be asked was sent: a small file beside the checkpoints."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from trimtab.ports import AuditError

_sizes = msgspec.json.Decoder(dict[str, int])


class Sent:
    """The size of the newest checkpoint sent, for each journal."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def size(self, origin: str) -> int:
        """0 at first, and where the file is damaged: sending again does no harm."""
        return self._read().get(origin, 0)

    def store(self, origin: str, size: int) -> None:
        """From now on it is `size`. Raises AuditError."""
        partial = self._path.with_name(f"{self._path.name}.partial")
        try:
            with partial.open("wb") as file:
                file.write(msgspec.json.encode({**self._read(), origin: size}))
                file.flush()
                os.fsync(file.fileno())
            partial.replace(self._path)
        except OSError as error:
            raise AuditError(
                f"{self._path}: cannot be written: {error.strerror}: check disk and permissions"
            ) from error

    def _read(self) -> dict[str, int]:
        try:
            return _sizes.decode(self._path.read_bytes())
        except (OSError, msgspec.DecodeError):
            return {}
