"""Circuit breakers: what has tripped stays so until a person re-arms it."""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct
from msgspec.structs import replace

from trimtab.domain.decisions import SafetyPaused
from trimtab.domain.units import DAY, HOUR, Micros

Breaker = Literal[
    "drawdown", "daily_loss", "weekly_loss", "orders", "silence", "clock", "reconciliation"
]
BREAKERS: tuple[Breaker, ...] = get_args(Breaker)

WEEK = 7 * DAY
_MONDAY = 4 * DAY
"""1970 began on a Thursday: the first Monday opened four days later."""


class CircuitBreakers(Struct, frozen=True):
    """Which have tripped, and what they measure against."""

    tripped: tuple[Breaker, ...] = ()
    day_equity: float | None = None
    """Equity when the UTC day opened, or when a person resumed since."""
    week_equity: float | None = None
    week: int = 0
    """Which week `week_equity` is of."""
    hour: int = 0
    orders: int = 0
    """Entries in that UTC hour."""
    clock: Micros = Micros(0)
    """The last moment that the bot's own clock told."""

    def trip(
        self, at: Micros, breaker: Breaker, event: str, check: str
    ) -> tuple[CircuitBreakers, SafetyPaused | None]:
        """Tripped; told once."""
        if breaker in self.tripped:
            return self, None
        fact = SafetyPaused(
            at, "safety_monitor", check, event, breaker,
            f"find the cause, then resume: that re-arms {breaker}",
        )  # fmt: skip
        return replace(self, tripped=(*self.tripped, breaker)), fact

    def not_named(self, names: tuple[str, ...]) -> tuple[Breaker, ...]:
        """Those that would stay tripped if a person re-armed these; none named: all are meant."""
        return tuple(one for one in self.tripped if names and one not in names)

    def rearmed(self, equity: float) -> CircuitBreakers:
        """None has tripped; losses count from here on."""
        return replace(
            self, tripped=(), day_equity=equity, week_equity=equity, orders=0, clock=Micros(0)
        )

    def opened(self, day: Micros, equity: float) -> CircuitBreakers:
        """A UTC day has opened at this equity."""
        week = (day - _MONDAY) // WEEK
        new_week = self.week_equity is None or week != self.week
        return replace(
            self,
            day_equity=equity,
            week_equity=equity if new_week else self.week_equity,
            week=week,
        )

    def ordered(self, at: Micros, entries: int) -> CircuitBreakers:
        """So many more entries were intended."""
        hour = at // HOUR
        before = self.orders if hour == self.hour else 0
        return replace(self, hour=hour, orders=before + entries)

    def room(self, at: Micros, most: int) -> int:
        """Entries that may still be intended in this hour."""
        return most - (self.orders if at // HOUR == self.hour else 0)
