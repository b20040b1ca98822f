"""Where compiled kernels are kept between runs.

Numba does not notice when a function of another file changes, so the folder's name carries a hash
of all kernels' sources: changed code never meets old machine code.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

ROOMS = ("context", "trading", "lab")
"""Where kernels live."""


def use() -> Path:
    """Points Numba to the folder; call before kernels are imported. Respects NUMBA_CACHE_DIR."""
    if "NUMBA_CACHE_DIR" in os.environ:
        return Path(os.environ["NUMBA_CACHE_DIR"])
    folder = _writable(_cache_home() / "trimtab" / "kernels" / _fingerprint())
    os.environ["NUMBA_CACHE_DIR"] = str(folder)
    return folder


def _cache_home() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def _fingerprint() -> str:
    package = Path(__file__).parents[1]
    sources = sorted(path for room in ROOMS for path in (package / room).glob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]


def _writable(folder: Path) -> Path:
    """The folder, or one for this run only where the home folder cannot be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="trimtab-kernels-"))
    return folder
