"""Tells each fill once, whichever way and however often it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from trimtab.adapters.hyperliquid.client_order_id import order_of
from trimtab.adapters.hyperliquid.order_messages import Fill
from trimtab.domain.observations import OrderFilled
from trimtab.domain.units import Coin, Micros, OrderId

REMEMBERED = 10_000
"""Fills: as many as the venue gives out again."""

_FORCED = frozenset({"Auto-Deleveraging", "Settlement"})
"""Directions of fills that the venue brought about itself."""

NOTHING = Decimal(0)


class FillTeller:
    """Fills come over the stream, in snapshots and by asking; a number makes each the same one."""

    def __init__(self, user: str, is_own: Callable[[Coin, OrderId], bool]) -> None:
        """`is_own`: whether an order is ours, also one that was sent before a restart."""
        self._user = user.lower()
        self._is_own = is_own
        self._told: dict[object, None] = {}
        self._since = 0
        self.newest = 0
        """Milliseconds (UTC) of the newest fill; from there on fills are asked for again."""

    def go_on(self, trades: Iterable[int], since: int) -> None:
        """These were told in an earlier life, and so was all before that moment (ms, UTC).

        The venue's snapshots go further back than any bot's memory.
        """
        self._told |= dict.fromkeys(trades)
        self._since = since
        self.newest = max(self.newest, since)

    def fresh(self, fills: Iterable[Fill]) -> list[tuple[OrderId, Fill]]:
        """Those of our orders that were not given out before, in the order of the venue.

        What the venue did to our positions by itself (a liquidation) is of an order that is named
        after the venue's number. Trades of others on the same account are left out.
        """
        found: list[tuple[OrderId, Fill]] = []
        for fill in sorted(fills, key=_moment):
            key = fill.trade or (fill.hash, fill.oid, fill.start_position, fill.size)
            if key in self._told or fill.time < self._since:
                continue
            self._remember(key)
            self.newest = max(self.newest, fill.time)
            order = self._order(fill)
            if order is not None:
                found.append((order, fill))
        return found

    def _order(self, fill: Fill) -> OrderId | None:
        if fill.cloid is not None:
            order = order_of(fill.cloid)
            return order if self._is_own(Coin(fill.coin), order) else None
        liquidated = fill.liquidation.liquidated_user if fill.liquidation else None
        if (liquidated or "").lower() == self._user or fill.dir in _FORCED:
            return OrderId(f"venue-{fill.oid}")
        return None

    def _remember(self, key: object) -> None:
        self._told[key] = None
        while len(self._told) > REMEMBERED:
            del self._told[next(iter(self._told))]


def told(order: OrderId, fill: Fill, remaining: Decimal) -> OrderFilled:
    """As a fact."""
    return OrderFilled(
        Micros(fill.time * 1000),
        order,
        Coin(fill.coin),
        "buy" if fill.side == "B" else "sell",
        fill.size,
        fill.price,
        fill.fee,
        maker=not fill.crossed,
        remaining=max(NOTHING, remaining),
        trade=fill.trade,
    )


def _moment(fill: Fill) -> tuple[int, int]:
    return fill.time, fill.trade
