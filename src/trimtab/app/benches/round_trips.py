"""A run's trades as other back-testers tell them: by the bars on which each opened and closed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from trimtab.domain.observations import OrderFilled
from trimtab.domain.units import Micros
from trimtab.ports import Recorded


class RoundTrip(NamedTuple):
    """From flat to flat. Bars are counted from 0; orders fill at a bar's open."""

    opened: int
    closed: int
    long: bool

    def __str__(self) -> str:
        return f"{'long' if self.long else 'short'} from bar {self.opened} to {self.closed}"


class RoundTrips:
    """Keeps ports.Audience: the closed trades of a bot of one coin, in order."""

    def __init__(self, begin: Micros, interval: Micros) -> None:
        """`begin`: open of the first bar; `interval`: length of one."""
        self.closed: list[RoundTrip] = []
        self._begin, self._interval = begin, interval
        self._open: tuple[int, bool] | None = None

    def publish(self, records: Sequence[Recorded]) -> None:
        """As ports.Audience has it."""
        for _, fact in records:
            if isinstance(fact, OrderFilled):
                self._see(fact)

    def _see(self, fill: OrderFilled) -> None:
        bar = (fill.at - self._begin) // self._interval
        if self._open is None:
            self._open = bar, fill.side == "buy"
        elif fill.profit is not None:  # the fill that makes it flat
            opened, long = self._open
            self.closed.append(RoundTrip(opened, bar, long))
            self._open = None
