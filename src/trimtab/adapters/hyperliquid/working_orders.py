"""Orders whose end has not been told: by our id, and by the venue's number."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from trimtab.domain.decisions import OrderIntended
from trimtab.domain.units import Micros, OrderId

NOTHING = Decimal(0)


class Known(Struct, frozen=True):
    """An order, as far as we have heard of it."""

    order: OrderIntended
    filled: Decimal = NOTHING
    """As told by fills."""
    ends_at: Decimal | None = None
    """The venue says that it is over, with so much executed; fills up to that are still to come."""
    reason: str = ""
    """Why it ended, where it was not executed whole."""
    accepted: bool = False
    arrives_until: Micros = Micros(0)
    """Before that moment it may still arrive, though the venue has never seen it."""
    in_flight: bool = True
    """Whoever sent it has not heard of it yet: only he concludes anything."""

    @property
    def is_over(self) -> bool:
        return self.ends_at is not None and self.filled >= self.ends_at

    @property
    def is_whole(self) -> bool:
        return self.filled >= self.order.size

    @property
    def remaining(self) -> Decimal:
        """What may still be executed."""
        end = self.order.size if self.ends_at is None else self.ends_at
        return max(NOTHING, end - self.filled)


class WorkingOrders:
    """Remembers which orders were ever given to it: none is sent twice."""

    def __init__(self) -> None:
        self._known: dict[OrderId, Known] = {}
        self._given: set[OrderId] = set()

    def begin(self, order: OrderIntended) -> bool:
        """False: it was given before."""
        if order.order in self._given:
            return False
        self._given.add(order.order)
        self._known[order.order] = Known(order)
        return True

    def go_on(self, orders: Iterable[OrderIntended], arrive_until: Micros) -> None:
        """These may be at the venue since an earlier life, or on their way to it."""
        for order in orders:
            if self.begin(order):
                self.change(order.order, in_flight=False, arrives_until=arrive_until)

    def get(self, order: OrderId) -> Known | None:
        return self._known.get(order)

    def all(self) -> tuple[Known, ...]:
        return tuple(self._known.values())

    def change(self, order: OrderId, **changed: object) -> Known | None:
        """As it is now; None: it is not known, or its end was told."""
        known = self._known.get(order)
        if known is not None:
            known = self._known[order] = replace(known, **changed)
        return known

    def end(self, order: OrderId) -> Known | None:
        """Its end is told."""
        return self._known.pop(order, None)
