"""What the account at a venue is worth, and how far that has fallen."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from trimtab.domain.units import DAY, Micros

WEEK = Micros(7 * DAY)
_MONDAY = 4 * DAY
"""1970 began on a Thursday: the first Monday opened four days later."""


class VenueAccount(Struct, frozen=True):
    """Equity as the venue reports it, in USD; None: it has not yet."""

    equity: Decimal | None = None
    peak: Decimal = Decimal(0)
    day: int = 0
    day_equity: Decimal = Decimal(0)
    """When the UTC day was first reported on."""
    week: int = 0
    week_equity: Decimal = Decimal(0)

    def reported(self, at: Micros, equity: Decimal) -> VenueAccount:
        """The account after a report."""
        day, week = at // DAY, (at - _MONDAY) // WEEK
        first = self.equity is None
        return VenueAccount(
            equity,
            max(self.peak, equity),
            day,
            equity if first or day != self.day else self.day_equity,
            week,
            equity if first or week != self.week else self.week_equity,
        )

    def paid(self, amount: Decimal) -> VenueAccount:
        """Money that came (or went, negative) is no gain and no loss."""
        return replace(
            self,
            peak=self.peak + amount,
            day_equity=self.day_equity + amount,
            week_equity=self.week_equity + amount,
        )

    def rearmed(self) -> VenueAccount:
        """Losses count from here on."""
        equity = self.equity or Decimal(0)
        return replace(self, peak=equity, day_equity=equity, week_equity=equity)

    def falls(self) -> tuple[float, float, float]:
        """Since the UTC day and the UTC week (Monday) opened, and from the peak, as fractions."""
        since = (self.day_equity, self.week_equity, self.peak)
        return (self._fall(since[0]), self._fall(since[1]), self._fall(since[2]))

    def _fall(self, before: Decimal) -> float:
        if self.equity is None or before <= 0:
            return 0.0
        return float(1 - self.equity / before)
