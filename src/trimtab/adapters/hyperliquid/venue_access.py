"""One way to the venue for all that a bot wants of it: a session, a budget, a room for streams."""

from __future__ import annotations

from msgspec import Struct

from trimtab.adapters.hyperliquid.http_transport import HttpTransport
from trimtab.adapters.hyperliquid.info_client import InfoClient, Patience
from trimtab.adapters.hyperliquid.rate_budget import RateBudget
from trimtab.adapters.hyperliquid.reconnecting import Chance, ConnectionRoom
from trimtab.adapters.hyperliquid.stream import Connecting, Timing
from trimtab.adapters.hyperliquid.throttle import Throttle
from trimtab.adapters.hyperliquid.venue_loop import VenueLoop

_CLOSING = 5.0


class Place(Struct, frozen=True):
    """Where the venue is."""

    url: str
    stream_url: str
    deadline: float = 10.0
    """Seconds for one call."""
    patience: Patience = Patience(attempts=3, total=15.0)
    """With questions."""
    budget: RateBudget = RateBudget()
    """Of requests."""
    timing: Timing = Timing()
    """Of streams."""


class VenueAccess:
    """Belongs to one event loop."""

    def __init__(self, place: Place, chance: Chance) -> None:
        """`chance`: numbers in [0, 1), such as those of a seeded generator."""
        self.transport = HttpTransport(place.url, place.deadline)
        self.throttle = Throttle(place.budget)
        self.info = InfoClient(self.transport, self.throttle, place.patience)
        self.connecting = Connecting(place.stream_url, chance, place.timing, ConnectionRoom())


class VenueThread:
    """The access and the thread in which everything that uses it lives. Close it last."""

    def __init__(self, place: Place, chance: Chance) -> None:
        self.access = VenueAccess(place, chance)
        self.loop = VenueLoop("hyperliquid")

    def close(self) -> None:
        """Whatever still runs is cancelled."""
        self.loop.cancel_all()
        self.loop.wait(self.access.transport.close(), _CLOSING)
        self.loop.stop()
