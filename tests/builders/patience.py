"""Waiting for what another thread or process is about to do."""

from __future__ import annotations

import time
from collections.abc import Callable

LONGEST = 30.0
"""Seconds: far more than anything takes that works."""


def until(happened: Callable[[], bool]) -> None:
    """Returns as soon as it happened. Raises TimeoutError when it never does."""
    end = time.monotonic() + LONGEST
    while not happened():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0)  # gives way
