"""Waiting for what another thread or process is about to do."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event

_NOTHING = Event()

LONGEST = 30.0
"""Seconds: far more than anything takes that works."""


def until(happened: Callable[[], bool], longest: float = LONGEST, look: float = 0.0) -> None:
    """Returns as soon as it happened. Raises TimeoutError when it never does.

    `look`: seconds between two looks, where looking is work.
    """
    end = time.monotonic() + longest
    while not happened():
        if time.monotonic() > end:
            raise TimeoutError
        _NOTHING.wait(look)  # gives way
