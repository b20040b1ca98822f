"""A clock that runs quicker: a day of a stand-in in a minute of a test."""

from __future__ import annotations

import time

from trimtab.adapters.system_clock import SystemClock
from trimtab.domain.units import SECOND, Micros


class QuickClock:
    """Keeps ports.Clock; begins at the present."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._began, self._since = SystemClock().now(), time.monotonic()

    def now(self) -> Micros:
        gone = (time.monotonic() - self._since) * self._speed
        return Micros(self._began + int(gone * SECOND))
