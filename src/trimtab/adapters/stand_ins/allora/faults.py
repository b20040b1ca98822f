"""What a stand-in does wrong, changed at any time while it runs."""

from __future__ import annotations

from msgspec import Struct

from trimtab.domain.units import Micros

_NOTHING = Micros(0)


class Faults(Struct):
    """All off at first."""

    status: dict[int, int] = {}
    """HTTP status, and how many questions it still answers so; -1: all."""
    retry_after: int | None = None
    """Seconds, told with 429."""
    quiet: dict[int, Micros] = {}
    """Topics whose last forecast is that of this moment: replies are 200 with an old timestamp."""
    missing: set[int] = set()
    """Topics without any forecast: 404."""
    hang_ups: int = 0
    """So many questions are not answered: the connection is closed."""
    disconnects: int = 0
    """So many times all event streams are closed."""
    stall: float = 0.0
    """Seconds before each reply."""
    negative: set[int] = set()
    """Topics whose values are negative."""
    wrapped: bool = False
    """Negative values come as an unsigned number of 256 bits, as `uint256` may mean."""
    no_interval: bool = False
    """Replies without confidence arrays, as most real ones are."""
    clock_skew: Micros = _NOTHING
    """How far the venue's clock is ahead."""
    restamped: Micros = _NOTHING
    """The API tells a known inference with a timestamp later by so much."""
    deviating: dict[int, float] = {}
    """Topics for which the API tells the chain's value times this."""
    behind: int = 0
    """So many epochs the API is behind the chain."""
    instead: dict[int, int] = {}
    """Topics that are answered with another one's forecast."""
    pruned: bool = False
    """The node has dropped former states: questions about them fail."""
    redirect: str = ""
    """Where every question to the API is sent instead."""
    garbled: bool = False
    """Replies are cut in the middle."""

    def next_status(self) -> int | None:
        """The HTTP status of the next reply; None: as it should be."""
        for status, left in self.status.items():
            if left:
                self.status[status] = left - 1 if left > 0 else left
                return status
        return None
