"""How many of the changes that were approved could be made whole."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

LAST = 1_000
"""Changes that count."""


class SuccessRate(Struct, frozen=True):
    """Applied over applied and failed, of the last thousand."""

    attempts: int = 0
    failures: tuple[int, ...] = ()
    """Which of the attempts failed, among those that count."""

    def applied(self) -> SuccessRate:
        return self._after(failed=False)

    def failed(self) -> SuccessRate:
        return self._after(failed=True)

    @property
    def rate(self) -> float | None:
        """None before the first attempt."""
        if self.attempts == 0:
            return None
        return 1.0 - len(self.failures) / min(self.attempts, LAST)

    def _after(self, *, failed: bool) -> SuccessRate:
        oldest = self.attempts - LAST
        counting = tuple(one for one in self.failures if one > oldest)
        newest = (self.attempts,) if failed else ()
        return replace(self, attempts=self.attempts + 1, failures=(*counting, *newest))
