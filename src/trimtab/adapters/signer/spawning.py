"""A signer as a child of the engine, where none runs by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

import msgspec

from trimtab.adapters.signer.__main__ import Start
from trimtab.adapters.signer.errors import KeyStoreError
from trimtab.adapters.signer.keystore import PASSPHRASE
from trimtab.adapters.signer.server import SignerSettings

_WITHIN = 10.0


@contextmanager
def spawned(settings: SignerSettings, passphrase: str) -> Generator[str]:
    """Runs beside this process and ends with it; the address of its key. Raises KeyStoreError."""
    without = {name: value for name, value in os.environ.items() if name != PASSPHRASE}
    child = subprocess.Popen(
        [sys.executable, "-m", "trimtab.adapters.signer"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=without,
    )  # fmt: skip
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stderr is not None
    try:
        child.stdin.write(msgspec.json.encode(Start(settings, passphrase)) + b"\n")
        child.stdin.flush()
        address = child.stdout.readline().decode().strip()
        if not address:
            raise KeyStoreError(child.stderr.read().decode().strip() or "signer: it did not start")
        yield address
    finally:
        child.stdin.close()
        try:
            child.wait(_WITHIN)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        child.stdout.close()
        child.stderr.close()
