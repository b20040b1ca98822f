"""A clock that stands still until it is moved."""

from __future__ import annotations

from trimtab.domain.units import Micros


class HandClock:
    """Keeps ports.Clock."""

    def __init__(self, at: Micros) -> None:
        self.at = at

    def now(self) -> Micros:
        return self.at

    def move(self, by: int) -> None:
        self.at = Micros(self.at + by)
