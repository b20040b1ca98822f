"""The machine's clock."""

from __future__ import annotations

from time import time_ns

from trimtab.domain.units import Micros


class SystemClock:
    """Keeps ports.Clock."""

    def now(self) -> Micros:
        """The system's time (UTC)."""
        return Micros(time_ns() // 1000)
