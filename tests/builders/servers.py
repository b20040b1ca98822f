"""Servers that some tests need: found on this machine, or the test says why it is skipped."""

from __future__ import annotations

import os
import socket
from typing import NoReturn

import pytest

REQUIRE_ALL = os.environ.get("TRIMTAB_REQUIRE_ALL") == "1"


def require_server(name: str, port: int) -> None:
    """Skips the test when nothing answers on this port of 127.0.0.1; fails where all is required."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
    except OSError:
        missing(f"{name} does not answer on port {port}: start it to run this test")


def missing(what: str) -> NoReturn:
    """Skips with the reason, or fails where TRIMTAB_REQUIRE_ALL=1."""
    if REQUIRE_ALL:
        pytest.fail(what)
    pytest.skip(what)


def free_port() -> int:
    """Of 127.0.0.1; somebody else may take it meanwhile."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
