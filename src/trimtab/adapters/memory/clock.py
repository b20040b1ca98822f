"""A clock that stands still until it is set: time as a test or a simulation wants it."""

from __future__ import annotations

from trimtab.domain.units import Micros


class StandingClock:
    """Keeps ports.Clock."""

    def __init__(self, at: Micros = Micros(0)) -> None:  # noqa: B008 - a NewType is a plain int
        self._at = at

    def now(self) -> Micros:
        """The moment last set (UTC)."""
        return self._at

    def set(self, at: Micros) -> None:
        """From now on it is `at`."""
        self._at = at
